import ClickHouseClient
import Foundation
import LeatTestSupport
import MySQLClient
import Synchronization
import Testing

@testable import DevPlatform

@Suite("The checksum that the stream keeps", .sharesServers)
struct ChecksumTests {
    private static let quick = TestPipeline.Options(
        verification: "{background: off, interval: 1s, warehouse-share: 100%}"
    )

    /// Waits until the table was checked after everything that the pipeline has claimed by now.
    private func settleChecksum(_ pipeline: TestPipeline, _ table: String) async throws {
        let claimed = try await pipeline.warehouse(
            "SELECT max(number) FROM leat.batches WHERE pipeline = '\(pipeline.name)' AND mapContains(rows, '\(table)')"
        ).first?.first.flatMap { $0 }
        try await eventually("the checksum of \(table) is known behind batch \(claimed ?? "-")", within: .seconds(60)) {
            let found = try await pipeline.warehouse(
                """
                SELECT count() FROM leat.checksums FINAL WHERE pipeline = '\(pipeline.name)' AND table = '\(table)'
                    AND number >= \(claimed ?? "0") AND number > 0
                """
            )
            return found.first?.first == "1"
        }
    }

    /// Waits until the table has been checked again, and was right.
    private func lookAgain(_ pipeline: TestPipeline, _ table: String) async throws {
        let (name, label) = ("leat_checksum_timestamp_seconds", "table=\"\(table)\"")
        let before = try await pipeline.metrics().value(name, label) ?? 0
        try await eventually("\(table) was looked at again", within: .seconds(60)) {
            let page = try await pipeline.metrics()
            return page.value(name, label) ?? 0 > before && page.value("leat_checksum_equal", label) == 1
        }
    }

    private func shows(_ pipeline: TestPipeline, _ value: Double, _ table: String) async throws {
        try await eventually("the checksum of \(table) is told as \(value)", within: .seconds(60)) {
            // Nothing answers until the process is ready.
            MetricsPage(await pipeline.metricsText()).value("leat_checksum_equal", "table=\"\(table)\"") == value
        }
    }

    @Test("is compared for a table of as many columns as InnoDB allows, as the comparison with the source is")
    func wideTable() async throws {
        try await TestPipeline.with("sums_wide", Self.quick) { pipeline in
            let columns = (1...1016).map { "c\($0) SMALLINT NULL" }.joined(separator: ", ")
            try await pipeline.run(
                "CREATE TABLE wide (id INT PRIMARY KEY, \(columns))",
                "INSERT INTO wide (id, c1, c500, c1016) VALUES (1, 1, NULL, 3), (2, NULL, 5, NULL)"
            )
            try await pipeline.startAndSettle()
            try await pipeline.run("UPDATE wide SET c1000 = 7 WHERE id = 2")
            try await pipeline.catchUp()
            try await settleChecksum(pipeline, "sums_wide.wide")
            try await shows(pipeline, 1, "sums_wide.wide")
            let report = try await pipeline.command("verify")
            #expect(report.exit == .code(0), "\(report.output) \(report.errors)")
            try await pipeline.warehouseExecute(
                "ALTER TABLE sums_wide_raw.wide UPDATE c1000 = 8 WHERE id = 2 SETTINGS mutations_sync = 2"
            )
            try await shows(pipeline, 0, "sums_wide.wide")
        }
    }

    @Test("is what ClickHouse computes, for every type and its extreme values, through inserts, updates and deletes")
    func everyType() async throws {
        try await TestPipeline.with("sums", Self.quick) { pipeline in
            try await pipeline.run("SET sql_mode = 'NO_ENGINE_SUBSTITUTION'", EveryType.create("every"))
            for statement in EveryType.inserts(into: "every", ids: 1) { try await pipeline.run(statement) }
            try await pipeline.startAndSettle()
            try await settleChecksum(pipeline, "sums.every")
            for statement in EveryType.inserts(into: "every", ids: 1001) { try await pipeline.run(statement) }
            try await pipeline.catchUp()
            try await settleChecksum(pipeline, "sums.every")
            try await shows(pipeline, 1, "sums.every")
            // What the rows were is taken away, those that were copied and those that were streamed.
            try await pipeline.run(
                "UPDATE every SET required = 'changed' WHERE id % 3 = 0",
                "UPDATE every SET id = id + 5000 WHERE id % 3 = 1",
                "DELETE FROM every WHERE id % 3 = 2"
            )
            try await pipeline.catchUp()
            try await settleChecksum(pipeline, "sums.every")
            try await shows(pipeline, 1, "sums.every")
            #expect(!(try pipeline.logText().contains("does not show what was written")))
            // All rows gone: nothing is left of the sum, whatever it began with.
            try await pipeline.run("DELETE FROM every")
            try await pipeline.catchUp()
            try await settleChecksum(pipeline, "sums.every")
            try await shows(pipeline, 1, "sums.every")
            let left = try await pipeline.warehouse(
                "SELECT rows, sum FROM leat.checksums FINAL WHERE pipeline = 'sums' AND table = 'sums.every'"
            )
            #expect(left == [["0", "0"]])
        }
    }

    @Test("reports what happens to rows in ClickHouse, under writes and while nothing runs, and has the rows found")
    func tells() async throws {
        // The comparison with the source is not due again: it runs because it is asked to.
        let options = TestPipeline.Options(verification: "{source-share: 50%, interval: 1h, warehouse-share: 100%}")
        try await TestPipeline.with("told", options) { pipeline in
            try await pipeline.run(
                "CREATE TABLE t (id INT PRIMARY KEY, v INT)",
                "CREATE TABLE other (id INT PRIMARY KEY)",
                """
                INSERT INTO t WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 900)
                SELECT i, i FROM s
                """
            )
            try await pipeline.startAndSettle()
            let isOver = Atomic(false)
            async let writing: Void = pipeline.withSession { session in
                var count = 0
                while !isOver.load(ordering: .relaxed), !Task.isCancelled {
                    count += 1
                    _ = try await session.query("UPDATE t SET v = v + 1 WHERE id > 100 AND id % 10 = \(count % 10)")
                    _ = try await session.query("REPLACE INTO other VALUES (\(count))")
                    try? await Task.sleep(for: .milliseconds(40))
                }
            }
            try await shows(pipeline, 1, "told.t")
            try await shows(pipeline, 1, "told.other")
            try await eventually("t was compared with the source", within: .seconds(60)) {
                try await pipeline.metrics().value("leat_verified_equal", "table=\"told.t\"") == 1
            }
            try await pipeline.warehouseExecute(
                "ALTER TABLE told_raw.t UPDATE v = v + 1 WHERE id = 5 SETTINGS mutations_sync = 2"
            )
            try await shows(pipeline, 0, "told.t")
            try await eventually("the row is found", within: .seconds(60)) {
                try await pipeline.metrics().value("leat_differences", "table=\"told.t\"", "class=\"value\"") == 1
            }
            isOver.store(true, ordering: .relaxed)
            try await writing
            try await pipeline.catchUp()
            let repair = try await pipeline.command("repair", "told.t", within: .seconds(120))
            #expect(repair.exit == .code(0), "\(repair.output) \(repair.errors)")
            try await shows(pipeline, 1, "told.t")

            // While nothing runs.
            try await settleChecksum(pipeline, "told.other")
            try await pipeline.stop()
            try await pipeline.warehouseExecute(
                "ALTER TABLE told_raw.other DELETE WHERE id = 1 SETTINGS mutations_sync = 2"
            )
            try await pipeline.start()
            try await shows(pipeline, 0, "told.other")
            try await shows(pipeline, 1, "told.t")
            #expect(try pipeline.logText().components(separatedBy: "does not show what was written").count == 3)
        }
    }

    @Test("starts from scratch after what it cannot follow, and makes nothing up")
    func beginsAnew() async throws {
        var options = Self.quick
        options.readsPrimary = true
        try await TestPipeline.with("anew", options) { pipeline in
            try await pipeline.run(
                "CREATE TABLE t (id INT PRIMARY KEY, v INT)",
                "INSERT INTO t VALUES (1, 1), (2, 2), (3, 3), (4, 4), (5, 5)"
            )
            try await pipeline.startAndSettle()
            try await shows(pipeline, 1, "anew.t")
            for statements in [
                // The image from before holds the key only.
                [
                    "SET SESSION binlog_row_image = MINIMAL", "DELETE FROM t WHERE id = 1",
                    "SET SESSION binlog_row_image = FULL",
                ],
                ["ALTER TABLE t ADD COLUMN w INT DEFAULT 7"],
                ["TRUNCATE TABLE t"],
                ["INSERT INTO t VALUES (6, 6, 6)"],
            ] {
                for statement in statements { try await pipeline.run(statement) }
                try await pipeline.catchUp()
                try await lookAgain(pipeline, "anew.t")
            }
            try await pipeline.expectSame("t")
            let resync = try await pipeline.command("tables", "resync", "anew.t")
            #expect(resync.exit == .code(0), "\(resync.output) \(resync.errors)")
            try await pipeline.settle()
            try await shows(pipeline, 1, "anew.t")
            #expect(!(try pipeline.logText().contains("does not show what was written")))
        }
    }
}
