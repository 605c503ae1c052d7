import InfluxClient
import InfluxProtocol
import Testing

@testable import InfluxReplication

@Suite("Rollups")
struct RollupsTests {
    private let rollups = Rollups(
        SeriesTable(
            schema: MeasurementSchema(
                name: "read`ings",
                tags: ["device_id", "site"],
                laterTags: ["firmware"],
                fields: [
                    .init(name: "v", type: .float), .init(name: "n", type: .integer), .init(name: "s", type: .string),
                ]
            ),
            database: "iot",
            pipeline: "fleet"
        )
    )

    @Test("minutes are computed from the points, hours from minutes")
    func computation() {
        let minutes = rollups.compute(.minute, [60, 120], version: 7)
        #expect(minutes.contains("FROM `iot_raw`.`read\\`ings` FINAL"))
        #expect(minutes.contains("sum(`v`), min(`v`), max(`v`), argMax(`v`, time), count(`v`)"))
        #expect(minutes.contains("sum(toInt128(`n`))"))
        #expect(minutes.contains("argMax(`s`, time), count(`s`)"))
        #expect(minutes.contains("GROUP BY `device_id`, `site`, `firmware`, leat_bucket"))
        let hours = rollups.compute(.hour, [0], version: 7)
        #expect(hours.contains("FROM `iot_raw`.`read\\`ings_1m` FINAL"))
        #expect(hours.contains("argMax(`v_last`, time), sum(`v_count`)"))
    }

    @Test("minutes that follow each other are a range, others a range and a list")
    func conditions() {
        let range = "time >= toDateTime64(60, 0, 'UTC') AND time < toDateTime64(240, 0, 'UTC')"
        let all = rollups.removeEmpty(.minute, [60, 120, 180], version: 7)
        #expect(all.hasSuffix("WHERE \(range) AND _version < 7"))
        let some = rollups.removeEmpty(.minute, [60, 180], version: 7)
        #expect(
            some.hasSuffix(
                "\(range) AND time IN (toDateTime64(60, 0, 'UTC'), toDateTime64(180, 0, 'UTC')) AND _version < 7"
            )
        )
    }

    @Test("a deleted range touches every minute that it reaches into, before 1970 too")
    func touch() {
        let second: Int64 = 1_000_000_000
        #expect(rollups.touch(from: 61 * second, to: 180 * second).contains("Second(60 + 60 *"))
        #expect(rollups.touch(from: 61 * second, to: 180 * second).hasSuffix("numbers(2)"))
        #expect(rollups.touch(from: 61 * second, to: 180 * second + 1).hasSuffix("numbers(3)"))
        #expect(rollups.touch(from: -1, to: 0).contains("Second(-60 + 60 *"))
        #expect(rollups.touch(from: 5, to: 5).hasSuffix("numbers(1)"))
    }

    @Test("what was touched is computed a day at a time, the newest day first")
    func parts() {
        let day = RollupStep.day.seconds
        let touched = [3 * day - 60, 60, day, 0].map { TouchedMinute(start: $0, touches: [1]) }
        #expect(TouchedMinute.parts(touched).map { $0.map(\.start) } == [[3 * day - 60], [day], [0, 60]])
        #expect(RollupStep.hour.start(of: -1) == -3600)
    }

    @Test("what is new in the schema is added, tags with the sorting key, and nothing twice")
    func extensions() {
        let known: Set = [
            "device_id", "site", "time", "v_sum", "v_min", "v_max", "v_last", "v_count", "n_sum", "n_min",
        ]
        let sql = rollups.extend(.minute, existing: known)
        #expect(sql?.contains("ADD COLUMN IF NOT EXISTS `n_max` Nullable(Int64)") == true)
        #expect(sql?.contains("`v_sum`") == false)
        #expect(
            sql?.hasSuffix(
                "ADD COLUMN `firmware` String CODEC(ZSTD(1)), MODIFY ORDER BY (`device_id`, `site`, `time`, `firmware`)"
            ) == true
        )
        let all = known.union(["firmware"]).union(rollups.columns.map(\.name))
        #expect(rollups.extend(.minute, existing: all) == nil)
    }

    @Test(
        "names that would stand twice are named",
        arguments: [
            ("v_max", "v", "two columns of the rollups would be called `v_max`"),
            ("v_avg", "v", "two columns of the rollups would be called `v_avg`"),
            ("gap_start", "v", "a tag is called `gap_start`, as a column of the rollups or gaps is"),
        ]
    )
    func conflicts(tag: String, field: String, expected: String) {
        var other = rollups
        other.table.schema.tags = [tag]
        #expect(other.conflict == expected)
        #expect(rollups.conflict == nil)
    }

    @Test(
        "a device is identified by tags that are named like one",
        arguments: [
            (["device_id", "firmware"], ["device_id"]), (["host", "region"], ["host"]), (["a", "b"], ["a", "b"]),
            (["Meter", "site_id"], ["Meter", "site_id"]), ([], []),
        ] as [([String], [String])]
    )
    func devices(tags: [String], expected: [String]) {
        var other = rollups
        other.table.schema.tags = tags
        other.table.schema.laterTags = []
        #expect(GapView(rollups: other).deviceTags == expected)
    }

    @Test(
        "rollups give way to a measurement of one of their names",
        arguments: ["m_1m", "m_1d", "m_gaps", "m_touched"]
    )
    func names(name: String) {
        let table = SeriesTable(
            schema: MeasurementSchema(name: "m", tags: [], fields: [.init(name: "v", type: .float)]),
            database: "iot",
            pipeline: "p"
        )
        #expect(Rollups(table).taken(by: ["m", "other", name]) == name)
        #expect(Rollups(table).taken(by: ["m", "m_5m", "m_1m_"]) == nil)
    }
}
