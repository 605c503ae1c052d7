import ClickHouseClient
import Foundation
import InfluxClient
import InfluxProtocol
import Synchronization
import Testing
import Verification

@testable import DevPlatform
@testable import InfluxReplication

@Suite("Measurements on real servers", .serialized)
struct MeasurementTests {
    /// 2026-03-01T00:00:00Z
    private static let start: Int64 = 1_772_323_200_000_000_000

    /// Lines of two sites with fields of every type, some absent, odd texts, and times in no order.
    private static func lines(_ range: Range<Int>, from start: Int64 = start, offset: Int = 0) -> String {
        range.map { number in
            let index = (number * 7919) % 100_003 + offset
            let tags = number % 9 == 0 ? "device=d\(number % 40)" : "device=d\(number % 40),site=s\\ \(number % 3)"
            var fields = ["v=\(Double(index) / 7)"]
            if number % 2 == 0 { fields.append("n=\(number % 4 == 0 ? index : -index)i") }
            if number % 3 == 0 { fields.append("ok=\(index % 2 == 0)") }
            if number % 5 == 0 { fields.append("text=\"\(number % 10 == 0 ? "" : "é, \\\"\(index)\\\"\n:")\"") }
            return "readings,\(tags) \(fields.joined(separator: ",")) \(start + Int64(index) * 1_700_000_001)"
        }.joined(separator: "\n")
    }

    @Test("points of every type, old ones and odd ones are the same on both sides, and verify says so")
    func equal() async throws {
        try await MeasurementBench.with("equal") { bench in
            try await bench.write(Self.lines(0..<20_000))
            try await bench.write(
                "readings,device=old v=-0.0,n=-9223372036854775808i 0",
                "readings,device=old v=1.7976931348623157e308,n=9223372036854775807i -1000000000000000001",
                "readings v=5e-324 1772323200000000001",
                "other\\ one,tag\\,\\ \\=x=ü value=1,\"quoted\"=true 1772323200000000000"
            )
            try await bench.running {
                try await bench.arrival(of: 20_003, in: "readings")
                let (report, exit) = try await bench.verify()
                #expect(report.isEqual)
                #expect(exit == .code(0))
                #expect(report.tables.map(\.name) == ["m_equal.other one", "m_equal.readings"])
                #expect(report.tables.map(\.sourceRows) == [1, 20_003])
                #expect(report.tables.map(\.warehouseRows) == [1, 20_003])
                #expect(report.tables.allSatisfy { $0.sourceChecksum == $0.warehouseChecksum })
                let (one, _) = try await bench.verify("m_equal.readings")
                #expect(one.tables.map(\.name) == ["m_equal.readings"])
            }
        }
    }

    @Test("a missing point, one too many and another value are found, each by its key and field")
    func differences() async throws {
        try await MeasurementBench.with("different", onDelete: "mirror") { bench in
            try await bench.write(Self.lines(0..<60_000))
            try await bench.write(
                "readings,device=gone,site=a v=1,n=1i 1772323201500000000",
                "readings,device=wrong,site=a v=1,n=1i,ok=true,text=\"x\" 1772323202000000000",
                "readings,device=empty v=1,text=\"\" 1772323203000000000"
            )
            try await bench.running { try await bench.arrival(of: 60_003, in: "readings") }
            let raw = "m_different_raw.readings"
            try await bench.client.execute(
                "ALTER TABLE \(raw) DELETE WHERE device = 'gone'",
                settings: ["mutations_sync": "2"]
            )
            try await bench.client.execute(
                """
                ALTER TABLE \(raw) UPDATE n = 2, ok = NULL WHERE device = 'wrong'
                """,
                settings: ["mutations_sync": "2"]
            )
            try await bench.client.execute(
                "ALTER TABLE \(raw) UPDATE text = NULL WHERE device = 'empty'",
                settings: ["mutations_sync": "2"]
            )
            try await bench.client.execute(
                "INSERT INTO \(raw) (device, site, time, v) SELECT 'extra', 'a,b', toDateTime64('2026-03-02 00:00:00.5', 9, 'UTC'), 1"
            )
            let (report, exit) = try await bench.verify()
            #expect(exit == .code(1))
            let table = try #require(report.tables.first)
            #expect(!table.isEqual)
            #expect(table.sourceRows == 60_003)
            #expect(table.warehouseRows == 60_003)
            #expect(
                table.differences == [
                    Difference(key: "empty,,2026-03-01T00:00:03Z", column: "text", kind: .value),
                    Difference(key: "extra,a,b,2026-03-02T00:00:00.5Z", column: nil, kind: .extra),
                    Difference(key: "gone,a,2026-03-01T00:00:01.5Z", column: nil, kind: .missing),
                    Difference(key: "wrong,a,2026-03-01T00:00:02Z", column: "n", kind: .value),
                    Difference(key: "wrong,a,2026-03-01T00:00:02Z", column: "ok", kind: .value),
                ]
            )
            #expect(!table.hasMoreDifferences)
        }
    }

    @Test("an empty warehouse is different, and some of what it lacks is listed")
    func everythingMissing() async throws {
        try await MeasurementBench.with("missing") { bench in
            try await bench.write(Self.lines(0..<30_000))
            try await bench.running { try await bench.arrival(of: 30_000, in: "readings") }
            try await bench.client.execute("TRUNCATE TABLE m_missing_raw.readings")
            let (report, exit) = try await bench.verify()
            #expect(exit == .code(1))
            let table = try #require(report.tables.first)
            #expect(table.sourceRows == 30_000)
            #expect(table.warehouseRows == 0)
            #expect(table.differences.count == 20)
            #expect(table.differences.allSatisfy { $0.kind == .missing })
            #expect(table.hasMoreDifferences)
        }
    }

    @Test("while points come, late, twice and corrected ones too, both sides are found equal")
    func underWrites() async throws {
        try await MeasurementBench.with("moving") { bench in
            let first = Int64(Date().timeIntervalSince1970 * 1e9) - 200_000_000_000_000
            try await bench.write(Self.lines(0..<30_000, from: first))
            try await bench.running {
                try await bench.arrival(of: 30_000, in: "readings")
                let isOver = Atomic(false)
                let writer = Task {
                    var round = 0
                    while !isOver.load(ordering: .relaxed) {
                        round += 1
                        let now = Int64(Date().timeIntervalSince1970 * 1e9)
                        let late = (round * 104_729) % 29_000
                        // New ones, old ones with other values, the same again.
                        try await bench.write(
                            (0..<50).map {
                                "readings,device=d\($0),site=s\\ 1 v=\($0),n=\(round)i \(now + Int64($0))"
                            }.joined(separator: "\n")
                        )
                        try await bench.write(Self.lines(late..<(late + 100), from: first))
                        try await bench.write(
                            "readings,device=d1,site=s\\ 1 v=\(round) \(first + Int64(round % 50) * 3_600_000_000_000)"
                        )
                        try? await Task.sleep(for: .milliseconds(30))
                    }
                    return round
                }
                for _ in 0..<3 {
                    let (report, exit) = try await bench.verify()
                    #expect(exit == .code(0), "\(report)")
                }
                isOver.store(true, ordering: .relaxed)
                #expect(try await writer.value > 20)
                let (report, _) = try await bench.verify()
                #expect(report.isEqual)
            }
        }
    }

    @Test("a name that nobody follows, and a measurement that is not carried over, are distinguished from differences")
    func unknown() async throws {
        try await MeasurementBench.with("unknown") { bench in
            try await bench.write("readings v=1 1")
            let answer = try await LeatAnswer(
                ["verify", "--config", bench.configuration, "m_unknown.reading"],
                in: bench.folder
            )
            #expect(answer.exit == .code(3))
            #expect(answer.errors.contains("no pipeline follows a table or measurement `m_unknown.reading`"))
        }
    }

    @Test("the minutes are those of InfluxDB's own GROUP BY time(1m)")
    func groupByTime() async throws {
        try await MeasurementBench.with("minutes") { bench in
            try await bench.write(Self.lines(0..<20_000))
            let table = SeriesTable(
                schema: MeasurementSchema(
                    name: "readings",
                    tags: ["device", "site"],
                    fields: [
                        .init(name: "n", type: .integer), .init(name: "ok", type: .boolean),
                        .init(name: "text", type: .string), .init(name: "v", type: .float),
                    ]
                ),
                database: bench.database,
                pipeline: bench.database
            )
            try await bench.running {
                try await bench.arrival(of: 20_000, in: "readings")
                // Again, corrected, and late.
                try await bench.write(
                    Self.lines(0..<5000),
                    Self.lines(3000..<9000, offset: 1),
                    Self.lines(20_000..<25_000)
                )
                try await bench.arrival(of: 31_000, in: "readings")
            }
            let keeper = RollupKeeper(client: bench.client, isDurable: false, logger: silent)
            try await keeper.follow(table)
            try await keeper.refresh()
            let result = try await bench.influx.query(
                """
                SELECT count(v), min(v), max(v), mean(v), last(v), count(n), min(n), max(n), mean(n), last(n), count(ok), last(ok), \
                count(text), last(text) FROM readings WHERE time >= 0 AND time < \(Int64.max / 2) \
                GROUP BY time(1m), device, site fill(none)
                """
            )
            var expected: [String: [InfluxValue?]] = [:]
            for series in result.series {
                for row in series.values {
                    guard case .integer(let time)?? = row.first else { continue }
                    let key = "\(series.tags["device"] ?? "")|\(series.tags["site"] ?? "")|\(time)"
                    expected[key] = Array(row.dropFirst())
                }
            }
            #expect(expected.count > 20_000)
            let rows = try await bench.client.rows(
                """
                SELECT concat(device, '|', site, '|', toString(toUnixTimestamp64Nano(toDateTime64(time, 9)))),
                    v_count, v_min, v_max, v_avg, v_last, n_count, n_min, n_max, n_avg, n_last, ok_count, ok_last,
                    text_count, text_last
                FROM \(bench.database).readings_1m
                """
            )
            #expect(rows.count == expected.count)
            var wrong: [String] = []
            for row in rows {
                guard let key = row[0], let values = expected[key] else {
                    wrong.append("\(row[0] ?? "")")
                    continue
                }
                for (index, value) in values.enumerated() where !Self.isSame(row[index + 1], value) {
                    wrong.append("\(key) \(index): \(row[index + 1] ?? "NULL"), not \(String(describing: value))")
                }
            }
            #expect(wrong.prefix(5) == [])
        }
    }

    /// Numbers may differ in the last bits of a mean; nothing else may.
    private static func isSame(_ shown: String?, _ known: InfluxValue?) -> Bool {
        switch known {
        case nil: return shown == nil || shown == "0"
        case .integer(let number)?: return shown.flatMap { Double($0) } == Double(number)
        case .unsigned(let number)?: return shown.flatMap { UInt64($0) } == number
        case .double(let number)?:
            guard let shown = shown.flatMap({ Double($0) }) else { return false }
            return abs(shown - number) <= 1e-12 * max(abs(shown), abs(number))
        case .boolean(let flag)?: return shown == "\(flag)"
        case .string(let text)?: return shown == text
        }
    }
}
