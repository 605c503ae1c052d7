import Foundation
import LeatTestSupport
import MySQLClient
import Testing
import Verification

@testable import DevPlatform

@Suite("Verifying and repairing under live writes", .sharesServers)
struct RepairTests {
    /// Three tables of 3000 rows with keys of different kinds, and a table that hangs on another.
    private static let tables = [
        """
        CREATE TABLE orders (id BIGINT UNSIGNED PRIMARY KEY, status VARCHAR(20), amount DECIMAL(12,2), note TEXT,
            updated_at DATETIME(6) NOT NULL)
        """,
        "CREATE TABLE codes (code VARCHAR(20) COLLATE utf8mb4_0900_ai_ci PRIMARY KEY, v INT, d DOUBLE)",
        "CREATE TABLE entries (day DATE, n VARBINARY(8), v INT, PRIMARY KEY (day, n))",
        "CREATE TABLE parents (id INT PRIMARY KEY)",
        """
        CREATE TABLE children (id INT PRIMARY KEY, parent INT,
            FOREIGN KEY (parent) REFERENCES parents (id) ON DELETE CASCADE)
        """,
        // Another collation than that of the connection, numbers that are none as texts.
        """
        CREATE TABLE names (name VARCHAR(20) COLLATE utf8mb4_unicode_ci PRIMARY KEY, v INT)
        """,
        """
        CREATE TABLE nicknames (b BIT(8), y YEAR, v INT, name VARCHAR(20) COLLATE utf8mb4_unicode_ci, PRIMARY KEY (b, y),
            FOREIGN KEY (name) REFERENCES names (name) ON DELETE CASCADE)
        """,
    ]
    private static let numbers = "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 3000) SELECT"

    private func load(_ pipeline: TestPipeline) async throws {
        for table in Self.tables { try await pipeline.run(table) }
        try await pipeline.run(
            "SET SESSION cte_max_recursion_depth = 100000",
            "INSERT INTO orders \(Self.numbers) i, 'placed', i / 7, REPEAT('x', i % 50), '2026-01-01 00:00:00' FROM s",
            "INSERT INTO codes \(Self.numbers) CONCAT('Code-', i), i, i / 3 FROM s",
            "INSERT INTO entries \(Self.numbers) DATE '2026-01-01' + INTERVAL i % 100 DAY, UNHEX(LPAD(HEX(i), 8, '0')), i FROM s",
            "INSERT INTO parents \(Self.numbers) i FROM s",
            "INSERT INTO children \(Self.numbers) i, i FROM s",
            "INSERT INTO names \(Self.numbers) CONCAT('Näme ', i), i FROM s",
            "INSERT INTO nicknames \(Self.numbers) i % 200, IF(i < 200, 0, 1901 + i DIV 200), i, CONCAT('Näme ', i) FROM s"
        )
    }

    /// Writes to the rows from 1001 on until told to end, to one of them all the time.
    private func write(to pipeline: TestPipeline, until isOver: Flag) async throws -> Int {
        var count = 0
        try await pipeline.withSession { session in
            while !isOver.isSet {
                let begun = ContinuousClock.now
                let id = 1001 + count * 7919 % 1999
                for statement in [
                    "UPDATE orders SET amount = amount + 1, updated_at = NOW(6) WHERE id IN (2000, \(id))",
                    "UPDATE codes SET v = v + 1, d = v / 7 WHERE code IN ('Code-2000', 'Code-\(id)')",
                    "DELETE FROM entries WHERE v = \(id)",
                    "INSERT INTO entries VALUES ('2026-05-05', UNHEX(LPAD(HEX(\(id)), 8, '0')), \(id)) ON DUPLICATE KEY UPDATE v = v",
                    "INSERT INTO orders VALUES (\(100_000 + count), 'new', 1, NULL, NOW(6))",
                ] { _ = try await session.query(statement) }
                count += 1
                // The slower the machine, the longer: the pipeline has to keep up.
                try? await Task.sleep(for: max(.milliseconds(20), (.now - begun) * 4))
            }
        }
        return count
    }

    private func verify(_ pipeline: TestPipeline, _ command: String...) async throws -> VerificationReport {
        let answer = try await LeatAnswer(
            command + ["--json", "--config", pipeline.configuration],
            in: pipeline.folder,
            within: .seconds(400)
        )
        let report = try? JSONDecoder().decode(VerificationReport.self, from: Data(answer.output.utf8))
        // The causes first: the report is long, and logs are cut.
        let failures = report?.tables.compactMap { table in table.failure.map { "\(table.name): \($0)" } } ?? []
        try #require(
            answer.exit == .code(0) || answer.exit == .code(1),
            "\(answer.exit) \(failures) \(answer.errors) \(report == nil ? answer.output : "")"
        )
        return try #require(report, "\(answer.output)")
    }

    private struct Found: Hashable, CustomStringConvertible {
        var table: String
        var key: String?
        var column: String?
        var kind: Difference.Kind
        var description: String { "\(table) \(key ?? "-") \(column ?? "-") \(kind)" }
    }

    private func found(in report: VerificationReport) -> Set<Found> {
        Set(
            report.tables.flatMap { table in
                table.differences.map {
                    Found(
                        table: table.name.split(separator: ".").last.map(String.init) ?? "",
                        key: $0.key,
                        column: $0.column,
                        kind: $0.kind
                    )
                }
            }
        )
    }

    @Test("every planted fault is found with its key, column and class, and nothing else; repairing fixes all of them")
    func faults() async throws {
        try await TestPipeline.with("repairs", .init(readsPrimary: true)) { pipeline in
            try await load(pipeline)
            try await pipeline.startAndSettle()
            let isOver = Flag()
            let writing = Task { try await write(to: pipeline, until: isOver) }
            let before = try await verify(pipeline, "verify")
            #expect(before.isEqual, "\(before.renderTable(isTerminal: false))")
            #expect(before.tables.allSatisfy { $0.unsettledRows == 0 } && before.tables.count == 7)

            func raw(_ sql: String) async throws { try await pipeline.warehouseExecute(sql) }
            let now = "SETTINGS mutations_sync = 2"
            try await raw("ALTER TABLE repairs_raw.orders DELETE WHERE id = 17 \(now)")
            try await raw("ALTER TABLE repairs_raw.orders UPDATE amount = amount + 1 WHERE id = 18 \(now)")
            try await raw(
                """
                ALTER TABLE repairs_raw.orders UPDATE status = 'old', updated_at = updated_at - 60 WHERE id = 19 \(now)
                """
            )
            try await raw(
                """
                INSERT INTO repairs_raw.orders SELECT * REPLACE (id + 90000 AS id) FROM repairs_raw.orders WHERE id = 20
                """
            )
            try await raw(
                """
                INSERT INTO repairs_raw.orders SELECT * REPLACE ('by hand' AS note, 18446744073709551000 AS _version) \
                FROM repairs_raw.orders WHERE id = 21
                """
            )
            try await raw(
                """
                INSERT INTO repairs_raw.codes (code, _version, _deleted, _committed_at) \
                VALUES ('Code-22', 18446744073709551001, 1, now())
                """
            )
            try await raw("ALTER TABLE repairs_raw.codes UPDATE d = d + 1e-9 WHERE code = 'Code-23' \(now)")
            // A key that MySQL takes for the same one.
            try await raw(
                """
                INSERT INTO repairs_raw.codes SELECT * REPLACE ('CODE-24' AS code) FROM repairs_raw.codes \
                WHERE code = 'Code-24'
                """
            )
            try await raw("ALTER TABLE repairs_raw.entries DELETE WHERE v = 25 \(now)")
            try await raw("ALTER TABLE repairs_raw.names UPDATE v = 0 WHERE v = 27 \(now)")
            try await raw("ALTER TABLE repairs_raw.nicknames UPDATE v = 0 WHERE v IN (28, 228) \(now)")
            // Wins against everything that the stream writes to the row, and that is all the time.
            try await raw(
                """
                INSERT INTO repairs_raw.orders SELECT * REPLACE ('by hand' AS note, 18446744073709551002 AS _version) \
                FROM repairs_raw.orders FINAL WHERE id = 2000
                """
            )
            // Somebody has put another view in the place of ours.
            try await raw(
                """
                CREATE OR REPLACE VIEW repairs.parents AS SELECT id FROM repairs_raw.parents FINAL \
                UNION ALL SELECT toInt32(27) AS id
                """
            )
            // What InnoDB does by itself where cascades are not logged.
            try await pipeline.withSession { session in
                for statement in [
                    "SET SESSION sql_log_bin = 0", "DELETE FROM children WHERE id = 26",
                    "DELETE FROM parents WHERE id = 26", "DELETE FROM nicknames WHERE v = 29",
                    "DELETE FROM names WHERE v = 29",
                ] { _ = try await session.query(statement) }
            }
            let planted: Set<Found> = [
                .init(table: "orders", key: "17", column: nil, kind: .missing),
                .init(table: "orders", key: "18", column: "amount", kind: .value),
                .init(table: "orders", key: "19", column: "status", kind: .stale),
                .init(table: "orders", key: "19", column: "updated_at", kind: .stale),
                .init(table: "orders", key: "90020", column: nil, kind: .extra),
                .init(table: "orders", key: "21", column: "note", kind: .foreign),
                .init(table: "codes", key: "Code-22", column: nil, kind: .foreign),
                .init(table: "codes", key: "Code-23", column: "d", kind: .value),
                .init(table: "codes", key: "CODE-24", column: nil, kind: .extra),
                .init(table: "entries", key: "2026-01-26,0x00000019", column: nil, kind: .missing),
                .init(table: "children", key: "26", column: nil, kind: .orphan),
                .init(table: "parents", key: "26", column: nil, kind: .extra),
                .init(table: "parents", key: "27", column: nil, kind: .duplicate),
                .init(table: "names", key: "Näme 27", column: "v", kind: .value),
                .init(table: "nicknames", key: "28,0", column: "v", kind: .value),
                .init(table: "nicknames", key: "28,1902", column: "v", kind: .value),
                .init(table: "names", key: "Näme 29", column: nil, kind: .extra),
                .init(table: "nicknames", key: "29,0", column: nil, kind: .orphan),
                .init(table: "orders", key: "2000", column: "note", kind: .foreign),
                .init(table: "orders", key: "2000", column: "amount", kind: .foreign),
                .init(table: "orders", key: "2000", column: "updated_at", kind: .foreign),
            ]
            let different = try await verify(pipeline, "verify")
            #expect(found(in: different) == planted)
            #expect(different.tables.allSatisfy { !$0.hasMoreDifferences })

            // Only some rows, by a condition.
            let some = try await verify(pipeline, "verify", "repairs.orders", "--where", "id < 18")
            #expect(found(in: some).map(\.key) == ["17"])

            let dry = try await pipeline.command("repair", "repairs.orders", "--dry-run", within: .seconds(400))
            #expect(dry.exit == .code(1))
            #expect(dry.output.contains("repairs.orders 17: written, as the source has it"))
            #expect(found(in: try await verify(pipeline, "verify")) == planted)

            let repaired = try await verify(pipeline, "repair", "--all")
            #expect(repaired.isEqual, "\(repaired.renderTable(isTerminal: false))")
            isOver.set()
            #expect(try await writing.value > 50)
            try await pipeline.catchUp()
            let after = try await verify(pipeline, "verify")
            #expect(after.isEqual, "\(after.renderTable(isTerminal: false))")
            for table in ["orders", "codes", "entries", "parents", "children", "names", "nicknames"] {
                try await pipeline.expectSame(table)
            }
            let kept = try await pipeline.warehouse(
                """
                SELECT occasion, countIf(result = 'different') > 0, count() >= 5 FROM leat.verifications
                WHERE pipeline = 'repairs' GROUP BY occasion ORDER BY occasion
                """
            )
            #expect(kept == [["demand", "1", "1"], ["repair", "1", "1"]])
        }
    }

    @Test("the background comparison finds a fault, resumes after a restart, and sees that it was repaired")
    func background() async throws {
        let options = TestPipeline.Options(verification: "{source-share: 50%, interval: 1s}")
        try await TestPipeline.with("watched", options) { pipeline in
            try await pipeline.run(
                "CREATE TABLE t (id INT PRIMARY KEY, v INT)",
                "SET SESSION cte_max_recursion_depth = 100000",
                "INSERT INTO t \(Self.numbers) i, i FROM s"
            )
            try await pipeline.startAndSettle()
            func shows(_ line: String) async throws {
                try await eventually("/metrics shows \(line)", within: .seconds(60)) {
                    await pipeline.metricsText().contains(line)
                }
            }
            try await shows("leat_verified_equal{source=\"watched\",table=\"watched.t\"} 1\n")
            try await shows("leat_differences{source=\"watched\",table=\"watched.t\",class=\"value\"} 0\n")
            try await pipeline.warehouseExecute(
                "ALTER TABLE watched_raw.t UPDATE v = 0 WHERE id = 5 SETTINGS mutations_sync = 2"
            )
            try await shows("leat_differences{source=\"watched\",table=\"watched.t\",class=\"value\"} 1\n")
            #expect(try await pipeline.health() == "degraded")
            // A process that starts knows what the last one knew.
            try await pipeline.stop()
            try await pipeline.startAndSettle()
            try await shows("leat_differences{source=\"watched\",table=\"watched.t\",class=\"value\"} 1\n")
            let repair = try await pipeline.command("repair", "watched.t", within: .seconds(120))
            #expect(repair.exit == .code(0), "\(repair.output) \(repair.errors)")
            try await shows("leat_differences{source=\"watched\",table=\"watched.t\",class=\"value\"} 0\n")
            try await eventually("the pipeline is well again", within: .seconds(30)) {
                try await pipeline.health() == "ok"
            }
        }
    }

    @Test("a decoder that loses every 1000th row is caught by the background comparison")
    func brokenDecoder() async throws {
        let options = TestPipeline.Options(verification: "{source-share: 50%, interval: 1s}")
        try await TestPipeline.with("lossy", options) { pipeline in
            try await pipeline.run("CREATE TABLE t (id INT PRIMARY KEY, v INT)")
            // Only a debug build has this switch; it is the one that the tests run.
            try await pipeline.start(environment: ["LEAT_FAULT_DROP_EVERY": "1000"])
            try await pipeline.settle()
            try await pipeline.run(
                "SET SESSION cte_max_recursion_depth = 100000",
                "INSERT INTO t \(Self.numbers) i, i FROM s"
            )
            try await eventually("three lost rows are seen", within: .seconds(60)) {
                await pipeline.metricsText().contains(
                    "leat_differences{source=\"lossy\",table=\"lossy.t\",class=\"missing\"} 3\n"
                )
            }
            let report = try await verify(pipeline, "verify")
            #expect(report.tables.first?.differences.map(\.key) == ["1000", "2000", "3000"])
            let repaired = try await verify(pipeline, "repair", "--all")
            #expect(repaired.isEqual, "\(repaired.renderTable(isTerminal: false))")
        }
    }

    @Test("repairing what cannot be repaired says why")
    func refusals() async throws {
        try await TestPipeline.with("unrepaired") { pipeline in
            try await pipeline.run("CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1)")
            try await pipeline.startAndSettle()
            let unknown = try await pipeline.command("repair", "unrepaired.nothing")
            #expect(unknown.exit == .code(3))
            #expect(unknown.errors.contains("no pipeline follows a table or measurement `unrepaired.nothing`"))
            #expect(try await pipeline.command("repair").exit == .code(2))
            try await pipeline.warehouseExecute(
                "ALTER TABLE unrepaired_raw.t DELETE WHERE 1 SETTINGS mutations_sync = 2"
            )
            try await pipeline.catchUp()
            try await pipeline.stop()
            let stopped = try await pipeline.command("repair", "unrepaired.t", within: .seconds(120))
            #expect(stopped.exit == .code(3))
            // Others write to the servers meanwhile, so the comparison before it may be what fails.
            #expect(
                stopped.errors.contains("no process runs this configuration") || stopped.errors.contains("not running")
            )
        }
    }
}
