import MySQLClient
import Testing

@testable import DevPlatform

@Suite("Tables that are copied again after a change that cannot be had in place", .sharesServers)
struct RebuildTests {
    private static let statements = [
        "MODIFY v BIGINT", "MODIFY v VARCHAR(20)", "DROP COLUMN v", "RENAME COLUMN v TO w",
        "DROP PRIMARY KEY, ADD PRIMARY KEY (v, id)", "ADD COLUMN g INT AS (id + 1) STORED",
        "ADD COLUMN g INT DEFAULT (1 + 1)", "MODIFY id INT UNSIGNED", "MODIFY v INT NOT NULL",
        "MODIFY v INT FIRST", "ADD COLUMN u CHAR(3) DEFAULT (LPAD('7', 3, '0'))", "CONVERT TO CHARACTER SET latin1",
    ]

    @Test("each statement is followed without a hand, with rows before, between and after it")
    func statements() async throws {
        try await TestPipeline.with("rebuilt") { pipeline in
            for index in Self.statements.indices {
                try await pipeline.run(
                    "CREATE TABLE t\(index) (id INT PRIMARY KEY, v INT, note VARCHAR(20) CHARACTER SET utf8mb4)",
                    "INSERT INTO t\(index) VALUES (1, 1, 'é'), (2, 2, NULL), (3, 3, 'c')"
                )
            }
            try await pipeline.startAndSettle()
            for (index, statement) in Self.statements.enumerated() {
                try await pipeline.run(
                    "UPDATE t\(index) SET note = 'before' WHERE id = 2",
                    "ALTER TABLE t\(index) \(statement)",
                    statement.contains("(v, id)") || statement.contains("NOT NULL")
                        ? "INSERT INTO t\(index) (id, v, note) VALUES (4, 4, 'after')"
                        : "INSERT INTO t\(index) (id, note) VALUES (4, 'after')",
                    "DELETE FROM t\(index) WHERE id = 1"
                )
            }
            try await pipeline.catchUp()
            try await pipeline.settle()
            for index in Self.statements.indices {
                #expect(try await pipeline.status(of: "t\(index)").state == "streaming", "\(Self.statements[index])")
                try await pipeline.expectSame("t\(index)")
            }
            let leftovers = try await pipeline.warehouse(
                "SELECT name FROM system.tables WHERE database = 'rebuilt_raw' AND name LIKE '%\\\\_\\\\_%'"
            )
            #expect(leftovers.isEmpty, "\(leftovers)")
        }
    }

    @Test("columns that go, move or get more values need no copy, and every value stays what it is")
    func inPlace() async throws {
        try await TestPipeline.with("reshaped") { pipeline in
            try await pipeline.run(
                """
                CREATE TABLE t (
                    id INT PRIMARY KEY, a TINYINT NOT NULL, b INT UNSIGNED, c DECIMAL(5,2), d DATETIME,
                    e TIMESTAMP(2) NULL, f BIT(3) NOT NULL, g VARCHAR(9) NOT NULL DEFAULT 'g',
                    h DATE NOT NULL DEFAULT '2024-02-29', i SMALLINT UNSIGNED NOT NULL
                )
                """,
                """
                INSERT INTO t VALUES (1, -128, 4294967295, -999.99, '2024-02-29 23:59:59', '2038-01-19 03:14:07.99',
                    b'111', 'é', '2024-01-01', 65535), (2, 127, NULL, NULL, NULL, NULL, b'0', '', '9999-12-31', 0)
                """
            )
            try await pipeline.startAndSettle()
            let before = try pipeline.logText().split(separator: "\n").count { $0.contains("copying a table") }
            try await pipeline.run(
                "UPDATE t SET a = a - 1 WHERE id = 2",
                "ALTER TABLE t MODIFY a BIGINT, MODIFY b BIGINT FIRST, MODIFY c DECIMAL(30,6), MODIFY d DATETIME(6)",
                "INSERT INTO t (id, a, b, c, f, g, i) VALUES (3, -9223372036854775808, -1, 0.000001, 0, 'x', 1)",
                "ALTER TABLE t MODIFY e TIMESTAMP(6) NULL, MODIFY f BIT(64), MODIFY g TEXT, MODIFY i INT AFTER id",
                "INSERT INTO t (id, d, f, i) VALUES (4, '2024-01-01 00:00:00.000001', 18446744073709551615, -1)",
                "ALTER TABLE t DROP COLUMN b, MODIFY h DATE NULL, ADD COLUMN k INT NOT NULL DEFAULT 7 FIRST",
                "INSERT INTO t (id) VALUES (5)",
                "ALTER TABLE t DROP COLUMN k",
                "ALTER TABLE t ADD COLUMN k VARCHAR(9) DEFAULT 'again'",
                "INSERT INTO t (id, k) VALUES (6, NULL)",
                "UPDATE t SET i = 70000 WHERE id = 1"
            )
            try await pipeline.catchUp()
            #expect(try await pipeline.status(of: "t").state == "streaming")
            try await pipeline.expectSame("t")
            let after = try pipeline.logText().split(separator: "\n").count { $0.contains("copying a table") }
            #expect(after == before)
            let verified = try await pipeline.command("verify")
            #expect(verified.exit == .code(0), "\(verified.output) \(verified.errors)")
            // What ClickHouse rewrote in the background is the same.
            try await pipeline.warehouseExecute("OPTIMIZE TABLE reshaped_raw.t FINAL")
            try await pipeline.expectSame("t")
        }
    }

    @Test("the view shows the table as it was until the copy is complete, whatever happens meanwhile")
    func readable() async throws {
        var options = TestPipeline.Options()
        options.batchRows = 1000
        try await TestPipeline.with("rebuilt_view", options) { pipeline in
            try await pipeline.run(
                "SET cte_max_recursion_depth = 1000000",
                "CREATE TABLE t (id INT PRIMARY KEY, v INT)",
                """
                INSERT INTO t WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 60000)
                SELECT n, n FROM s
                """
            )
            try await pipeline.startAndSettle()
            try await pipeline.run("ALTER TABLE t MODIFY v BIGINT, ADD COLUMN n INT DEFAULT (1 + 1)")
            // Until the columns change there is nothing but the table as it was.
            var looks = 0
            var isKilled = false
            while try await shownColumns(pipeline) == 2 {
                let rows = try await pipeline.warehouse("SELECT count(), sum(v) FROM rebuilt_view.t")
                // Between the two questions it may have been exchanged.
                if try await shownColumns(pipeline) != 2 { break }
                #expect(rows == [["60000", "1800030000"]])
                looks += 1
                if !isKilled, try await pipeline.states()["rebuilt_view.t"] == "snapshotting" {
                    isKilled = true
                    await pipeline.leat?.kill()
                    try await pipeline.start()
                    // Another change while it is copied.
                    try await pipeline.run(
                        "ALTER TABLE t ADD COLUMN m INT NOT NULL DEFAULT 5",
                        "DELETE FROM t WHERE id = 7"
                    )
                }
            }
            #expect(looks > 1)
            try await pipeline.catchUp()
            try await pipeline.settle()
            try await pipeline.expectSame("t")
            #expect(try await shownColumns(pipeline) == 4)
            let tables = try await pipeline.warehouse(
                "SELECT name FROM system.tables WHERE database = 'rebuilt_view_raw'"
            )
            #expect(tables == [["t"]])
            let verified = try await pipeline.command("verify")
            #expect(verified.exit == .code(0), "\(verified.output) \(verified.errors)")
        }
    }

    private func shownColumns(_ pipeline: TestPipeline) async throws -> Int {
        let answer = try await pipeline.warehouse(
            "SELECT count() FROM system.columns WHERE database = '\(pipeline.name)' AND table = 't'"
        )
        return answer.first?.first.flatMap { $0 }.flatMap { Int($0) } ?? 0
    }

    @Test("TRUNCATE and DROP while a table is copied again end the copy")
    func ended() async throws {
        try await TestPipeline.with("rebuilt_end") { pipeline in
            for table in ["emptied", "dropped"] {
                try await pipeline.run(
                    "CREATE TABLE \(table) (id INT PRIMARY KEY, v INT)",
                    "INSERT INTO \(table) VALUES (1, 1), (2, 2)"
                )
            }
            try await pipeline.startAndSettle()
            try await pipeline.run(
                "ALTER TABLE emptied MODIFY v VARCHAR(20)",
                "TRUNCATE TABLE emptied",
                "INSERT INTO emptied VALUES (3, 3)",
                "ALTER TABLE dropped MODIFY v VARCHAR(20)",
                "DROP TABLE dropped"
            )
            try await pipeline.catchUp()
            try await pipeline.settle()
            try await pipeline.expectSame("emptied")
            #expect(try await !pipeline.hasView("dropped"))
        }
    }
}
