import Foundation
import LeatTestSupport
import MySQLClient
import Testing
import Verification

@testable import DevPlatform

@Suite("Tables without a key", .sharesServers)
struct EqualRowsTests {
    private static let hiddenKeyIsOff = "SET SESSION sql_generate_invisible_primary_key = OFF"

    /// Adds, changes and removes equal rows until told to end; several at once, so that something is always about to be
    /// committed.
    private func write(to pipeline: TestPipeline, until isOver: Flag) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<3 {
                group.addTask {
                    try await pipeline.withSession { session in
                        var count = writer
                        while !isOver.isSet {
                            let begun = ContinuousClock.now
                            let value = count % 5
                            for statement in [
                                "INSERT INTO log VALUES (\(value), 'x', \(value).5), (\(value), 'x', \(value).5)",
                                "UPDATE log SET note = IF(note = 'x', 'y', 'x') WHERE v = \(value) LIMIT 1",
                                "DELETE FROM log WHERE v = \(value) LIMIT 1",
                                "DELETE FROM log WHERE v IS NULL LIMIT 1",
                            ] { _ = try await session.query(statement) }
                            count += 1
                            try? await Task.sleep(for: max(.milliseconds(10), (.now - begun) * 3))
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("copied, killed, copied again and compared while it is written to all the time, each row is there as often")
    func written() async throws {
        var options = TestPipeline.Options(readsPrimary: true)
        options.batchRows = 2000
        try await TestPipeline.with("equal_rows", options) { pipeline in
            try await pipeline.run(
                Self.hiddenKeyIsOff,
                "SET SESSION cte_max_recursion_depth = 100000",
                "CREATE TABLE log (v INT, note VARCHAR(10), d DOUBLE)",
                """
                INSERT INTO log WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 30000)
                SELECT NULLIF(n % 300, 7), 'x', n % 11 / 7 FROM s
                """
            )
            let isOver = Flag()
            async let writing: Void = write(to: pipeline, until: isOver)
            do {
                try await pipeline.start()
                try await pipeline.wait(for: "log", toBe: "snapshotting")
                await pipeline.leat?.kill()
                try await pipeline.start()
                try await pipeline.wait(for: "log", toBe: "streaming")
                await pipeline.leat?.kill()
                try await pipeline.start()
                for _ in 0..<2 {
                    let verified = try await pipeline.command("verify", within: .seconds(120))
                    #expect(verified.exit == .code(0), "\(verified.output) \(verified.errors)")
                    #expect(try await pipeline.command("tables", "resync", "\(pipeline.name).log").exit == .code(0))
                    // Shown as it was until it is there again.
                    #expect(try await pipeline.count("log") > 10_000)
                    try await eventually("it is copied again") {
                        try await pipeline.status(of: "log").state == "streaming"
                    }
                }
            } catch {
                isOver.set()
                throw error
            }
            isOver.set()
            try await writing
            try await pipeline.catchUp()
            try await pipeline.settle()
            try await pipeline.expectSame("log")
            let tables = try await pipeline.warehouse(
                "SELECT name FROM system.tables WHERE database = 'equal_rows_raw'"
            )
            #expect(tables == [["log"]])
        }
    }

    @Test("rows that are missing or too many are named as often, and a copy puts them right")
    func different() async throws {
        try await TestPipeline.with("equal_rows_lost") { pipeline in
            try await pipeline.run(
                Self.hiddenKeyIsOff,
                "CREATE TABLE bag (a INT, b VARCHAR(10))",
                "INSERT INTO bag VALUES (1, 'x'), (1, 'x'), (1, 'x'), (2, 'y'), (NULL, NULL)"
            )
            try await pipeline.startAndSettle()
            try await pipeline.run("INSERT INTO bag VALUES (3, 'z')", "DELETE FROM bag WHERE a = 1 LIMIT 1")
            try await pipeline.catchUp()
            try await pipeline.expectSame("bag")
            let columns = "a, b, _version, _deleted, _committed_at"
            let newest = "(SELECT max(_version) FROM equal_rows_lost_raw.bag)"
            for change in [
                "SELECT 1, 'x', \(newest) + 1, 1, now()",
                "SELECT NULL, NULL, \(newest) + 2 + number, 0, now() FROM numbers(2)",
            ] {
                try await pipeline.warehouseExecute("INSERT INTO equal_rows_lost_raw.bag (\(columns)) \(change)")
            }
            let answer = try await pipeline.command("verify", "--json")
            #expect(answer.exit == .code(1))
            let report = try JSONDecoder().decode(VerificationReport.self, from: Data(answer.output.utf8))
            let differences = report.tables.first?.differences.map { "\($0.key ?? "") \($0.kind)" }
            #expect(differences == ["1,x missing", "NULL,NULL extra", "NULL,NULL extra"])
            let repaired = try await pipeline.command("repair", "equal_rows_lost.bag", within: .seconds(120))
            #expect(repaired.exit == .code(0), "\(repaired.output) \(repaired.errors)")
            #expect(repaired.output.contains("is copied again"))
            try await pipeline.expectSame("bag")
        }
    }

    @Test("while it gets a key, its view shows each row as often as before")
    func keyed() async throws {
        try await TestPipeline.with("equal_rows_keyed") { pipeline in
            try await pipeline.run(
                Self.hiddenKeyIsOff,
                "SET SESSION cte_max_recursion_depth = 100000",
                "CREATE TABLE log (v INT)",
                """
                INSERT INTO log WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 50000)
                SELECT n FROM s
                """
            )
            try await pipeline.startAndSettle()
            try await pipeline.run("DELETE FROM log WHERE v > 40000", "UPDATE log SET v = v + 50000 WHERE v > 20000")
            try await pipeline.catchUp()
            try await pipeline.run("ALTER TABLE log ADD PRIMARY KEY (v)")
            var looks = 0
            repeat {
                let shown = try await pipeline.warehouse("SELECT count(), sum(v) FROM equal_rows_keyed.log")
                #expect(shown == [["40000", "1800020000"]])
                looks += 1
            } while try await pipeline.states()["equal_rows_keyed.log"] != "streaming" || looks < 20
            try await pipeline.settle()
            try await pipeline.expectSame("log")
        }
    }

    @Test("statements: columns in place, TRUNCATE, a key that comes and goes, another name")
    func statements() async throws {
        try await TestPipeline.with("equal_rows_ddl") { pipeline in
            try await pipeline.run(Self.hiddenKeyIsOff)
            for table in ["widened", "emptied", "keyed", "unkeyed", "renamed"] {
                try await pipeline.run(
                    "CREATE TABLE \(table) (a INT NOT NULL, b VARCHAR(10)\(table == "unkeyed" ? ", PRIMARY KEY (a)" : ""))",
                    "INSERT INTO \(table) VALUES (1, 'x'), (2, 'x'), (3, NULL)"
                )
                if table != "unkeyed", table != "keyed" {
                    try await pipeline.run("INSERT INTO \(table) VALUES (1, 'x'), (3, NULL)")
                }
            }
            try await pipeline.startAndSettle()
            try await pipeline.run(
                "CREATE TABLE created (a INT, j JSON, f FLOAT, t TIMESTAMP(6) NULL, g GEOMETRY, d DATE)",
                """
                INSERT INTO created VALUES (1, '{"b": 1, "a": [1.5, null]}', 0.1, '2024-01-01 00:00:00.5', POINT(1, 2), NULL),
                    (1, '{"b": 1, "a": [1.5, null]}', 0.1, '2024-01-01 00:00:00.5', POINT(1, 2), NULL), (NULL, NULL, -0.0, NULL, NULL, '9999-12-31')
                """,
                "DELETE FROM created WHERE a = 1 LIMIT 1",
                "ALTER TABLE widened ADD COLUMN c INT NOT NULL DEFAULT 7 FIRST, MODIFY a BIGINT",
                "INSERT INTO widened VALUES (7, 1, 'x')",
                "DELETE FROM widened WHERE a = 3 LIMIT 1",
                "UPDATE widened SET a = 5000000000 WHERE a = 1 LIMIT 2",
                "ALTER TABLE widened DROP COLUMN b",
                "INSERT INTO widened VALUES (7, 5000000000)",
                "TRUNCATE TABLE emptied",
                "INSERT INTO emptied VALUES (4, 'y'), (4, 'y')",
                "ALTER TABLE keyed ADD PRIMARY KEY (a)",
                "UPDATE keyed SET b = 'z' WHERE a = 1",
                "ALTER TABLE unkeyed DROP PRIMARY KEY",
                "INSERT INTO unkeyed VALUES (1, 'x'), (1, 'x')",
                "RENAME TABLE renamed TO other",
                "DELETE FROM other WHERE a = 1 LIMIT 1"
            )
            try await pipeline.catchUp()
            try await pipeline.settle()
            for table in ["created", "widened", "emptied", "keyed", "unkeyed", "other"] {
                #expect(try await pipeline.status(of: table).state == "streaming", "\(table)")
                try await pipeline.expectSame(table)
            }
            let verified = try await pipeline.command("verify")
            #expect(verified.exit == .code(0), "\(verified.output) \(verified.errors)")
        }
    }
}
