import LeatTestSupport
import MySQLClient
import Testing

@testable import DevPlatform

@Suite("Rows that sessions log in part", .sharesServers)
struct PartialImageTests {
    private static let options = TestPipeline.Options(readsPrimary: true)

    @Test(
        "are completed, by keys of several kinds; those of others quarantine their table",
        arguments: ["MINIMAL", "NOBLOB"]
    )
    func completed(image: String) async throws {
        try await TestPipeline.with("partial_\(image.lowercased())", Self.options) { pipeline in
            try await pipeline.run(
                "SET SESSION sql_generate_invisible_primary_key = OFF",
                "CREATE TABLE numbers (id BIGINT PRIMARY KEY AUTO_INCREMENT, n INT DEFAULT 7, v TEXT, j JSON)",
                "INSERT INTO numbers VALUES (-5, 1, 'a', '{}'), (1, 1, 'b', NULL), (2, 2, 'c', '[1]'), (3, 3, 'd', '3')",
                """
                CREATE TABLE texts (k VARCHAR(20) CHARSET latin1, y YEAR, b BIT(9), x VARBINARY(9), n INT, v BLOB,
                    PRIMARY KEY (k, y, b, x))
                """,
                "INSERT INTO texts VALUES ('é', 2024, 511, x'00ff', 1, 'a'), ('E', 1999, 0, '', 2, 'b')",
                "CREATE TABLE days (d DATE PRIMARY KEY, n INT, v TEXT)",
                "INSERT INTO days VALUES ('2024-02-29', 1, 'a')",
                "CREATE TABLE bag (a INT, b INT, v TEXT)",
                "INSERT INTO bag VALUES (1, 1, 'a'), (1, 1, 'a')"
            )
            try await pipeline.startAndSettle()
            try await pipeline.withSession { session in
                for statement in [
                    "SET SESSION binlog_row_image = '\(image)'",
                    "UPDATE numbers SET n = n + 1 WHERE id IN (-5, 1)", "UPDATE numbers SET id = 20 WHERE id = 2",
                    "INSERT INTO numbers (n) VALUES (9), (10)", "DELETE FROM numbers WHERE id = 3",
                    "INSERT INTO numbers (id, v) VALUES (50, 'e')", "UPDATE numbers SET n = 0 WHERE id = 50",
                    "DELETE FROM numbers WHERE id = 50", "UPDATE texts SET n = n + 1",
                    "UPDATE texts SET k = 'ñ' WHERE y = 1999",
                    // Differences of documents alone.
                    "SET SESSION binlog_row_value_options = 'PARTIAL_JSON'",
                    "UPDATE numbers SET j = JSON_OBJECT('a', 1, 'b', REPEAT('x', 300)) WHERE id IN (1, 20)",
                    "UPDATE numbers SET j = JSON_SET(j, '$.a', 2), n = 5 WHERE id IN (1, 20)",
                    "UPDATE numbers SET j = JSON_REMOVE(j, '$.a'), id = 33 WHERE id = 20",
                    "SET SESSION binlog_row_image = 'FULL'",
                    "UPDATE numbers SET j = JSON_SET(j, '$.c', 2) WHERE id = 1",
                    "SET SESSION binlog_row_value_options = ''", "SET SESSION binlog_row_image = '\(image)'",
                    "UPDATE days SET n = 2", "UPDATE bag SET b = 2 LIMIT 1",
                ] { try await session.execute(statement) }
            }
            try await pipeline.run("UPDATE numbers SET v = 'whole' WHERE id = 1")
            try await pipeline.catchUp()
            for table in ["numbers", "texts"] {
                #expect(try await pipeline.status(of: table).state == "streaming", "\(table)")
                try await pipeline.expectSame(table)
            }
            let days = try await pipeline.status(of: "days")
            #expect(days.state == "quarantined" && days.cause.contains("binlog_row_image"), "\(days.cause)")
            // Without a key all of a row is logged, but not all of what it becomes.
            #expect(try await pipeline.status(of: "bag").state == "quarantined")
            for table in ["days", "bag"] {
                let answer = try await pipeline.command("tables", "resync", "\(pipeline.name).\(table)")
                #expect(answer.exit == .code(0), "\(answer.errors)")
            }
            try await pipeline.settle()
            let verified = try await pipeline.command("verify")
            #expect(verified.exit == .code(0), "\(verified.output) \(verified.errors)")
        }
    }

    @Test("while they are written, altered and Leat is killed, the table is the same in the end, and compared equal")
    func written() async throws {
        try await TestPipeline.with("partial_hot", Self.options) { pipeline in
            try await pipeline.run(
                "CREATE TABLE t (id INT PRIMARY KEY, n INT NOT NULL DEFAULT 1, v VARCHAR(20), w TEXT)",
                "INSERT INTO t (id, v, w) VALUES (1, 'a', 'a'), (2, 'b', 'b'), (3, 'c', 'c')"
            )
            try await pipeline.startAndSettle()
            let isOver = Flag()
            async let writing: Void = pipeline.withSession { session in
                try await session.execute("SET SESSION binlog_row_image = 'MINIMAL'")
                var count = 0
                while !isOver.isSet {
                    let begun = ContinuousClock.now
                    // Many, so that a row rests now and then.
                    let id = count * 7919 % 2000
                    for statement in [
                        "INSERT INTO t (id, w) VALUES (\(id), 'new') ON DUPLICATE KEY UPDATE n = n + 1",
                        "UPDATE t SET v = CONCAT('v', n) WHERE id = \(id)", "DELETE FROM t WHERE id = \(id + 900)",
                        "UPDATE t SET id = id + 10000 WHERE id = \(id + 500)", "DELETE FROM t WHERE id > 11000 LIMIT 1",
                    ] { _ = try? await session.query(statement) }
                    count += 1
                    try? await Task.sleep(for: max(.milliseconds(60), (.now - begun) * 5))
                }
            }
            do {
                try await Task.sleep(for: .seconds(1))
                await pipeline.leat?.kill()
                try await pipeline.start()
                try await pipeline.run("ALTER TABLE t ADD COLUMN x INT NOT NULL DEFAULT 5")
                let verified = try await pipeline.command("verify", within: .seconds(120))
                #expect(verified.exit == .code(0), "\(verified.output) \(verified.errors)")
                try await pipeline.run("ALTER TABLE t MODIFY v VARCHAR(30) FIRST")
                try await Task.sleep(for: .seconds(1))
                await pipeline.leat?.kill()
                try await pipeline.start()
                try await Task.sleep(for: .seconds(1))
            } catch {
                isOver.set()
                throw error
            }
            isOver.set()
            try await writing
            try await pipeline.catchUp()
            try await pipeline.settle()
            #expect(try await pipeline.status(of: "t").state == "streaming")
            try await pipeline.expectSame("t")
        }
    }
}
