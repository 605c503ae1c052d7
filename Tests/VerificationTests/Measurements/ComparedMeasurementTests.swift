import InfluxClient
import InfluxProtocol
import Testing

@testable import Verification

@Suite("What of a measurement is compared") struct ComparedMeasurementTests {
    private let measurement = MeasurementToVerify(
        name: "iot.readings",
        source: "\"iot\".\"autogen\".\"readings\"",
        warehouseDatabase: "iot",
        table: "readings",
        tags: ["site", "device"],
        fields: ["v": [.float], "a": [.integer]]
    )

    @Test("all columns of both sides are, by name")
    func columns() throws {
        let compared = try ComparedMeasurement(
            measurement,
            shown: [
                ("device", "String"), ("site", "String"), ("time", "DateTime64(9, 'UTC')"), ("a", "Nullable(Int64)"),
                ("v", "Nullable(Float64)"), ("gone", "Nullable(String)"), ("later", "String"),
            ]
        )
        #expect(
            compared.columns == [
                .tag("device"), .tag("later"), .tag("site"), .time, .field("a", .integer), .field("gone", .string),
                .field("v", .float),
            ]
        )
    }

    @Test(
        "types that do not belong together are refused",
        arguments: [
            (
                "a", "Nullable(Float64)",
                "the field `a` is of type integer at the source, and Nullable(Float64) in the warehouse"
            ),
            ("b", "Decimal(3, 1)", "the column `b` has the type Decimal(3, 1), which is not compared"),
            ("a", "String", "a tag and a field are both called `a`"),
        ]
    )
    func refusals(name: String, type: String, reason: String) {
        #expect(throws: ComparedMeasurement.Refusal(reason: reason)) {
            try ComparedMeasurement(measurement, shown: [(name, type)])
        }
    }

    @Test("a field with two types at the source is refused")
    func twoTypes() {
        var other = measurement
        other.fields["v"] = [.float, .string]
        #expect(
            throws: ComparedMeasurement.Refusal(reason: "the field `v` has several types at the source: float, string")
        ) {
            try ComparedMeasurement(other, shown: [])
        }
    }

    @Test("what was just written is no difference; all else is")
    func differences() throws {
        let compared = try ComparedMeasurement(measurement, shown: [])
        func key(_ device: String) -> [UInt8] { Array("\(device.utf8.count):\(device)0:0,".utf8) }
        let time = "1970-01-01T00:00:00Z"
        let finder = SeriesDifferenceFinder(compared: compared)
        let listed = finder.differences(
            before: [
                key("same"): [1, 2], key("lost"): [1, 2], key("wrong"): [1, 2], key("twice"): [1, 2],
                key("moved"): [1, 2],
                key("deleted"): [1, 2],
            ],
            shown: [
                key("same"): [[1, 2]], key("wrong"): [[1, 3]], key("twice"): [[1, 2], [0, 2]], key("moved"): [[1, 3]],
                key("more"): [[1, 2]], key("new"): [[1, 2]],
            ],
            after: [
                key("same"): [1, 2], key("lost"): [1, 2], key("wrong"): [1, 2], key("twice"): [1, 2],
                key("moved"): [1, 4],
                key("new"): [1, 2],
            ]
        )
        #expect(
            listed.map(\.difference) == [
                Difference(key: "lost,,\(time)", column: nil, kind: .missing),
                Difference(key: "more,,\(time)", column: nil, kind: .extra),
                Difference(key: "twice,,\(time)", column: nil, kind: .duplicate),
                Difference(key: "twice,,\(time)", column: "a", kind: .value),
                Difference(key: "wrong,,\(time)", column: "v", kind: .value),
            ]
        )
    }

    @Test("windows that the pipeline will check again are those it has not finished, while it lives")
    func progress() {
        func mayChange(_ frontier: Int64?, _ open: [(Int64, Int64)], _ age: Duration?) -> Bool {
            SeriesProgress(frontier: frontier, open: open.map { (start: $0.0, end: $0.1) }, age: age).mayChange(195)
        }
        #expect(mayChange(nil, [], .seconds(1)))
        #expect(mayChange(150, [], .seconds(1)))
        #expect(!mayChange(200, [], .seconds(1)))
        #expect(mayChange(300, [(190, 250)], .seconds(1)))
        #expect(!mayChange(300, [(200, 250)], .seconds(1)))
        #expect(!mayChange(150, [], .seconds(31)))
        #expect(!mayChange(150, [], nil))
        var sweeping = SeriesProgress(frontier: 300, open: [], age: .seconds(1))
        #expect(!sweeping.mayChange(100))
        sweeping.sweep = 150
        #expect(sweeping.mayChange(149) && !sweeping.mayChange(150), "it goes back in time")
    }
}
