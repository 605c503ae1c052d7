import ClickHouseClient
import Foundation
import InfluxClient
import InfluxProtocol
import LeatState
import LeatTestSupport
import Testing

@testable import InfluxReplication

@Suite("Rollups on a server", .serialized, .sharesServers)
struct RollupTests {
    /// A measurement in databases of its own, and the comparison of its rollups with the points.
    private struct Bench: Sendable {
        let client: ClickHouseClient
        let warehouse: SeriesWarehouse
        var table: SeriesTable
        let keeper: RollupKeeper

        init(_ database: String, timeToLive: Duration? = nil, follow: Bool = true) async throws {
            client = try await TestPlatform.shared.servers().client
            warehouse = SeriesWarehouse(client: client, isDurable: false)
            table = SeriesTable(
                schema: MeasurementSchema(
                    name: "readings",
                    tags: ["device_id", "site"],
                    fields: [
                        .init(name: "temperature", type: .float), .init(name: "error_code", type: .integer),
                        .init(name: "status", type: .string), .init(name: "ok", type: .boolean),
                        .init(name: "total", type: .unsigned),
                    ]
                ),
                database: database,
                timeToLive: timeToLive,
                pipeline: "fleet"
            )
            keeper = RollupKeeper(client: client, isDurable: false, logger: silent)
            try await warehouse.create(table)
            if follow { try await keeper.follow(table) }
        }

        /// Points from an expression over `number`.
        func insert(_ select: String) async throws {
            try await client.execute(
                "INSERT INTO \(table.rawIdentifier) (device_id, site, time, temperature, error_code, status, ok, total) \(select)",
                settings: ["async_insert": "0"]
            )
        }

        func number(_ sql: String) async throws -> Int {
            Int(try await client.rows(sql).first?.first.flatMap { $0 } ?? "") ?? -1
        }

        /// The buckets that are not what the view of the points gives, of all steps; how many buckets there are.
        func compare() async throws -> (wrong: [[String?]], buckets: Int) {
            // The text of a floating number is exact.
            func equal(_ column: String) -> String {
                "ifNull(toString(shown.\(column)), 'NULL') = ifNull(toString(again.\(column)), 'NULL')"
            }
            var wrong: [[String?]] = []
            var buckets = 0
            for step in RollupStep.allCases {
                let keys = SeriesTable.list(table.schema.allTags)
                let on = (table.schema.allTags.map { "shown.\($0) = again.\($0)" } + ["shown.time = again.bucket"])
                    .joined(separator: " AND ")
                var exact: [(String, String)] = []
                var means: [(String, String)] = []
                for field in table.schema.fields {
                    let (name, quoted) = (field.name, ClickHouseClient.quote(identifier: field.name))
                    if field.type != .string && field.type != .boolean {
                        exact += [("min(\(quoted))", "\(name)_min"), ("max(\(quoted))", "\(name)_max")]
                        // ClickHouse sums whole numbers up in 64 bits, and so loses the mean of large ones.
                        means.append(("avg(toFloat64(\(quoted)))", "\(name)_avg"))
                    }
                    exact += [("argMax(\(quoted), time)", "\(name)_last"), ("count(\(quoted))", "\(name)_count")]
                }
                let both = exact + means
                let same = exact.map { equal($0.1) }
                // Sums of floating numbers depend on their order in the last bits.
                let near = means.map {
                    """
                    (\(equal($0.1)) OR ifNull(abs(shown.\($0.1) - again.\($0.1)) <= 1e-12 * (1 + abs(again.\($0.1))), 0))
                    """
                }
                let tests = zip(same + near, both).map { "if(\($0), '', '\($1.1)')" }
                let differing = "arrayStringConcat(arrayFilter(x -> x != '', [\(tests.joined(separator: ", "))]), ',')"
                wrong += try await client.rows(
                    """
                    SELECT '\(step.rawValue)', shown.device_id, again.device_id, shown.time, again.bucket, shown.found, again.found, \(differing)
                    FROM (SELECT *, 1 AS found FROM \(Rollups(table).viewIdentifier(step))) AS shown
                    FULL JOIN (
                        SELECT \(keys), bucket, 1 AS found, \(both.map { "\($0.0) AS \($0.1)" }.joined(separator: ", "))
                        FROM \(table.viewIdentifier)
                        GROUP BY \(keys), toStartOfInterval(time, INTERVAL \(step.seconds * 1000) MILLISECOND) AS bucket
                    ) AS again ON \(on)
                    WHERE NOT (shown.found = 1 AND again.found = 1 AND \((same + near).joined(separator: " AND ")))
                    LIMIT 5
                    """
                )
                buckets += try await number("SELECT count() FROM \(Rollups(table).viewIdentifier(step))")
            }
            return (wrong, buckets)
        }
    }

    /// 60 000 points of 20 devices over 50 hours. With another seed other values, at the same times.
    private static func points(seed: Int, where condition: String = "1") -> String {
        """
        SELECT concat('d', toString(number % 20)), concat('s', toString(number % 3)),
            toDateTime64('2026-03-01 00:00:00.25', 9, 'UTC') + intDiv(number, 20) * 60 - number % 7,
            if(number % 5 = 0, NULL, round(rand64(\(seed)) % 1000 / 7, 2)),
            if(number % 4 = 0, NULL, toInt64(rand64(\(seed) + 1) % 10) - 5 + if(number % 11 = 0, 9e18, 0)::Int64),
            if(number % 3 = 0, NULL, concat('t', toString(rand64(\(seed) + 2) % 10))), number % 2 = 0,
            18446744073709551615 - number
        FROM numbers(60000) WHERE \(condition)
        """
    }

    @Test("points that come late, twice or corrected end in the same rollups as the points themselves")
    func corrections() async throws {
        let bench = try await Bench("rollup_corrections")
        try await bench.insert(Self.points(seed: 1, where: "number % 3 > 0"))
        #expect(try await bench.keeper.refresh() > 0)
        let first = try await bench.compare()
        #expect(first.wrong == [])
        #expect(first.buckets > 40_000)
        // The same again, then the late ones, then other values for some.
        try await bench.insert(Self.points(seed: 1, where: "number % 3 > 0"))
        try await bench.keeper.refresh()
        #expect(try await bench.compare() == (first.wrong, first.buckets))
        try await bench.insert(Self.points(seed: 1))
        try await bench.insert(Self.points(seed: 2, where: "number % 101 = 0"))
        #expect(try await bench.compare().wrong != [])
        try await bench.keeper.refresh()
        let last = try await bench.compare()
        #expect(last.wrong == [])
        #expect(last.buckets > first.buckets)
        #expect(try await bench.keeper.refresh() == 0, "what is computed is not touched")
        // Repeats are counted once.
        #expect(
            try await bench.number("SELECT sum(total_count) FROM rollup_corrections.readings_1d") == 60_000
        )
        #expect(
            try await bench.number("SELECT sum(error_code_count) FROM rollup_corrections.readings_1m") == 45_000
        )
    }

    @Test("buckets whose points were deleted go away, once that is noted")
    func deletions() async throws {
        let bench = try await Bench("rollup_deletions")
        try await bench.insert(Self.points(seed: 1))
        try await bench.keeper.refresh()
        let before = try await bench.compare().buckets
        try await bench.client.execute(
            """
            DELETE FROM \(bench.table.rawIdentifier)
            WHERE time >= '2026-03-01 05:00:00' AND time < '2026-03-01 08:30:00' AND device_id != 'd7'
            """
        )
        #expect(try await bench.compare().wrong != [])
        let start: Int64 = 1_772_323_200_000_000_000  // 2026-03-01
        let minute: Int64 = 60_000_000_000
        try await bench.keeper.touch(bench.table, from: start + 300 * minute, to: start + 510 * minute)
        #expect(try await bench.keeper.refresh() == 210)
        let after = try await bench.compare()
        #expect(after.wrong == [])
        #expect(after.buckets < before - 3500)
    }

    @Test("fields and tags that appear later are in the rollups too, and points from before the rollups")
    func extensions() async throws {
        var bench = try await Bench("rollup_extensions", follow: false)
        try await bench.insert(Self.points(seed: 1, where: "number < 2000"))
        try await bench.keeper.follow(bench.table)
        try await bench.keeper.refresh()
        #expect(try await bench.compare().wrong == [])
        bench.table = try await bench.warehouse.extend(
            bench.table,
            tags: ["firmware"],
            fields: [.init(name: "humidity", type: .float)]
        )
        // The keeper is not notified: another process may have added them.
        try await bench.client.execute(
            """
            INSERT INTO \(bench.table.rawIdentifier) (device_id, site, firmware, time, humidity)
            SELECT 'd1', 's1', if(number % 2 = 0, '', '1.2'), toDateTime64('2026-03-01 00:00:01', 9, 'UTC') + number, number
            FROM numbers(1000)
            """
        )
        try await bench.keeper.refresh()
        let compared = try await bench.compare()
        #expect(compared.wrong == [])
        #expect(compared.buckets > 0)
        #expect(try await bench.number("SELECT sum(humidity_count) FROM rollup_extensions.readings_1h") == 1000)
        #expect(
            try await bench.number("SELECT count() FROM rollup_extensions.readings_1m WHERE firmware = '1.2'") == 17
        )
    }

    @Test("two concurrent keepers, under inserts of late, repeated and corrected points, miss nothing")
    func hammer() async throws {
        let bench = try await Bench("rollup_hammer")
        let other = RollupKeeper(client: bench.client, isDurable: false, logger: silent)
        try await other.follow(bench.table)
        let keepers = [bench.keeper, other].map { keeper in Task { await keeper.run(every: .milliseconds(20)) } }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    for round in 0..<25 {
                        let part = (writer * 7 + round * 3) % 20
                        try await bench.insert(
                            Self.points(
                                seed: writer * 1000 + round,
                                where: "number < 6000 AND cityHash64(number, \(round)) % 20 IN (\(part), \(round % 20))"
                            )
                        )
                    }
                }
            }
            try await group.waitForAll()
        }
        for keeper in keepers { keeper.cancel() }
        for keeper in keepers { await keeper.value }
        try await bench.keeper.refresh()
        let compared = try await bench.compare()
        #expect(compared.wrong == [])
        #expect(compared.buckets > 6000)
    }

    @Test("while a backfill runs the newest minutes are computed, and the others when it is over")
    func besideBackfill() async throws {
        let bench = try await Bench("rollup_backfill")
        let windows = WindowStore(client: bench.client, pipeline: bench.table.pipeline)
        try await bench.client.execute("CREATE DATABASE IF NOT EXISTS leat")
        try await windows.prepare()
        let job = "\(WindowStore.backfillPrefix)of a test"
        let span = TimeRange(0, 60_000_000_000)
        try await windows.complete(job: job, of: "readings", range: span, points: 1)
        try await bench.insert(Self.points(seed: 1))
        let keeper = Task { await bench.keeper.run(every: .milliseconds(20)) }
        let minutes = "SELECT uniqExact(time) FROM rollup_backfill.readings_1m"
        try await eventually("the newest minutes are computed") { try await bench.number(minutes) > 0 }
        let newest = try await bench.number(
            "SELECT count() FROM rollup_backfill.readings_1m WHERE time = (SELECT toStartOfMinute(max(time)) FROM rollup_backfill.readings)"
        )
        #expect(newest > 0)
        // A pass takes on 30 of the 3000, and rests nineteen times as long as it took.
        #expect(try await bench.number(minutes) < 1500)
        try await windows.forget(job: job)
        try await eventually("all is computed") {
            try await bench.number("SELECT count() FROM rollup_backfill_raw.readings_touched FINAL WHERE done = 0") == 0
        }
        keeper.cancel()
        await keeper.value
        #expect(try await bench.compare().wrong == [])
    }

    @Test("an insert is noted only after its points can be read")
    func visibility() async throws {
        let bench = try await Bench("rollup_visibility")
        let writer = Task {
            for round in 0..<150 {
                try await bench.insert(
                    """
                    SELECT 'a', 'b', toDateTime64('2026-04-01 00:00:00', 9, 'UTC') + \(round) * 60 + number / 1000, 1, 1, 'x', 1, 1
                    FROM numbers(20000)
                    """
                )
            }
        }
        var seen = 0
        var isOver = false
        while !isOver {
            isOver = seen == 150
            let noted = try await bench.number("SELECT uniqExact(minute) FROM rollup_visibility_raw.readings_touched")
            let shown = try await bench.number(
                "SELECT uniqExact(toStartOfMinute(time)) FROM rollup_visibility_raw.readings"
            )
            #expect(noted <= shown)
            seen = max(seen, noted)
        }
        try await writer.value
        #expect(seen == 150)
    }

    @Test("what ClickHouse has forgotten stays in the rollups")
    func forgotten() async throws {
        let bench = try await Bench("rollup_forgotten", timeToLive: .seconds(10 * 86_400))
        try await bench.insert(
            "SELECT 'a', 'b', now64(9, 'UTC') - number * 60, number, 1, 'x', 1, 1 FROM numbers(5)"
        )
        try await bench.keeper.refresh()
        // A minute of long ago, computed while its points were there.
        let old = "toDateTime64(toStartOfMinute(now() - INTERVAL 20 DAY), 0, 'UTC')"
        try await bench.client.execute(
            """
            INSERT INTO rollup_forgotten_raw.readings_1m (device_id, site, time, _version, temperature_count)
            SELECT 'a', 'b', \(old), 1, 60
            """
        )
        try await bench.client.execute(
            "INSERT INTO rollup_forgotten_raw.readings_touched (minute, touch, done) SELECT \(old), 1, 0"
        )
        #expect(try await bench.keeper.refresh() == 1)
        #expect(try await bench.number("SELECT max(temperature_count) FROM rollup_forgotten.readings_1m") == 60)
    }

    @Test("a table that someone else has made is left alone")
    func unmanagedObject() async throws {
        let bench = try await Bench("rollup_foreign", follow: false)
        try await bench.client.execute("CREATE TABLE rollup_foreign.readings_1h (a UInt8) ENGINE = Memory")
        await #expect {
            try await bench.keeper.follow(bench.table)
        } throws: { error in
            "\(error)".contains("`rollup_foreign.readings_1h` in ClickHouse is not part of the rollups")
        }
        #expect(try await bench.number("SELECT count() FROM rollup_foreign.readings_1h") == 0)
        #expect(
            try await bench.number("SELECT count() FROM system.tables WHERE database = 'rollup_foreign_raw'") == 1
        )
    }

    @Test("gaps are where the next point is late by a device's own habit, and where it has fallen silent")
    func gaps() async throws {
        let bench = try await Bench("rollup_gaps")
        let start = "toDateTime64('2026-05-01 00:00:00', 9, 'UTC')"
        try await bench.insert(
            """
            SELECT 'every10', 's', \(start) + number * 10, 1, 1, 'x', 1, 1 FROM numbers(100) WHERE number NOT IN (20, 21, 22)
            UNION ALL SELECT 'every60', if(number < 5, 's', 'moved'), \(start) + number * 60 + number % 3, 1, 1, 'x', 1, 1 FROM numbers(10)
            UNION ALL SELECT 'once', 's', \(start), 1, 1, 'x', 1, 1
            """
        )
        let rows = try await bench.client.rows(
            """
            SELECT device_id, toString(gap_start), toString(gap_end), round(missing_seconds, 3), missing_points,
                round(expected_seconds, 3), is_open
            FROM rollup_gaps.readings_gaps ORDER BY gap_start
            """
        )
        #expect(
            rows == [
                [
                    "every10", "2026-05-01 00:03:10.000000000", "2026-05-01 00:03:50.000000000", "30", "3", "10", "0",
                ],
                ["every60", "2026-05-01 00:09:00.000000000", nil, "389", "6", "61", "1"],
            ]
        )
    }

    @Test("a measurement without tags has rollups and gaps too")
    func noTags() async throws {
        let client = try await TestPlatform.shared.servers().client
        let table = SeriesTable(
            schema: MeasurementSchema(name: "plain", tags: [], fields: [.init(name: "v", type: .float)]),
            database: "rollup_plain",
            pipeline: "fleet"
        )
        try await SeriesWarehouse(client: client, isDurable: false).create(table)
        let keeper = RollupKeeper(client: client, isDurable: false, logger: silent)
        try await keeper.follow(table)
        try await client.execute(
            """
            INSERT INTO rollup_plain_raw.plain (time, v)
            SELECT toDateTime64('2026-05-01 00:00:00', 9, 'UTC') + number, number FROM numbers(180) WHERE number NOT IN (100, 101)
            """
        )
        #expect(try await keeper.refresh() == 3)
        #expect(
            try await client.rows(
                "SELECT toString(time), v_count, v_max, v_avg FROM rollup_plain.plain_1m ORDER BY time"
            )
                == [
                    ["2026-05-01 00:00:00", "60", "59", "29.5"],
                    ["2026-05-01 00:01:00", "58", "119", "89.12068965517241"],
                    ["2026-05-01 00:02:00", "60", "179", "149.5"],
                ]
        )
        #expect(
            try await client.rows("SELECT missing_points, missing_seconds, is_open FROM rollup_plain.plain_gaps")
                == [["2", "2", "0"]]
        )
    }
}
