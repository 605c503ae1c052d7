import LeatTestSupport
import Testing

@Suite("DDL while a pipeline runs", .sharesServers)
struct DDLTests {
    @Test("a table that is created is followed from its first row on")
    func create() async throws {
        try await TestPipeline.with("ddl_create") { pipeline in
            try await pipeline.run("CREATE TABLE first (id INT PRIMARY KEY)")
            try await pipeline.startAndSettle()
            try await pipeline.run(
                "CREATE TABLE t (id INT PRIMARY KEY, v TEXT)",
                "INSERT INTO t VALUES (1, 'a'), (2, 'b')",
                "CREATE TABLE IF NOT EXISTS t (id INT PRIMARY KEY, v TEXT)",
                "INSERT INTO t VALUES (3, 'c')",
                "CREATE TABLE copied LIKE t",
                "INSERT INTO copied SELECT * FROM t",
                "CREATE TABLE selected (PRIMARY KEY (id)) SELECT id, v FROM t",
                "CREATE TEMPORARY TABLE scratch (id INT PRIMARY KEY)",
                "INSERT INTO scratch VALUES (1)",
                "DROP TEMPORARY TABLE scratch"
            )
            try await pipeline.settle()
            let names = ["first", "t", "copied", "selected"].map { ("ddl_create.\($0)", "streaming") }
            #expect(try await pipeline.states() == Dictionary(uniqueKeysWithValues: names))
            for table in ["t", "copied", "selected"] {
                try await pipeline.expectSame(table)
                #expect(try await pipeline.count(table) == 3, "\(table)")
            }
        }
    }

    @Test("columns are added, with NULL or a constant in the older rows, and indexes change nothing")
    func addColumns() async throws {
        try await TestPipeline.with("ddl_add") { pipeline in
            try await pipeline.run("CREATE TABLE t (id INT PRIMARY KEY, v TEXT)", "INSERT INTO t VALUES (1, 'before')")
            try await pipeline.startAndSettle()
            for (index, columns) in Self.addedColumns.enumerated() {
                try await pipeline.run(
                    "UPDATE t SET v = 'changed' WHERE id = 1",
                    "ALTER TABLE t \(columns)",
                    "INSERT INTO t (id, v) VALUES (\(index + 2), 'with all columns so far')"
                )
                try await pipeline.catchUp()
                try await pipeline.expectSame("t", columns)
            }
            try await pipeline.run(
                "CREATE INDEX n ON t (n)",
                "ALTER TABLE t ADD INDEX m (m), ADD UNIQUE KEY w (w, id)",
                "DROP INDEX n ON t",
                "ALTER TABLE t COMMENT 'with a comment'",
                "OPTIMIZE TABLE t",
                "ANALYZE TABLE t",
                "ALTER TABLE t FORCE",
                "ALTER TABLE t MODIFY w VARCHAR(200) NOT NULL DEFAULT 'longer'",
                "ALTER TABLE t ALTER COLUMN n SET DEFAULT 9",
                "INSERT INTO t (id, v) VALUES (100, 'after indexes')",
                "UPDATE t SET v = 'after' WHERE id = 1"
            )
            try await pipeline.catchUp()
            #expect(try await pipeline.states() == ["ddl_add.t": "streaming"])
            try await pipeline.expectSame("t")
            let columns = try await pipeline.warehouse("DESCRIBE TABLE ddl_add.t").map { $0[0] ?? "" }
            #expect(columns == ["first_one", "id", "w", "v", "n", "m", "d", "at", "e", "u", "f"])
        }
    }

    /// Each an ALTER of its own.
    private static let addedColumns = [
        "ADD COLUMN n INT",
        "ADD COLUMN w VARCHAR(20) NOT NULL DEFAULT 'it''s \\\\ é' AFTER id, ADD COLUMN m DECIMAL(20,4) DEFAULT -1.5",
        "ADD COLUMN (d DATE NOT NULL DEFAULT '2024-02-29', at DATETIME(3) DEFAULT '2024-01-02 03:04:05.678')",
        "ADD COLUMN e ENUM('x','y') NOT NULL DEFAULT 'y', ADD COLUMN u BIGINT UNSIGNED NOT NULL DEFAULT 18446744073709551615",
        "ADD COLUMN first_one TINYINT DEFAULT 7 FIRST",
        "ADD COLUMN f DOUBLE NOT NULL DEFAULT 0.1",
    ]

    @Test("what leaves all values as they are stops nothing: longer texts, more members, partitions, other keys")
    func harmless() async throws {
        try await TestPipeline.with("ddl_harmless") { pipeline in
            try await pipeline.run(
                "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20), e ENUM('x','y'), s SET('p','q'), b VARBINARY(10))",
                "INSERT INTO t VALUES (1, 'a', 'x', 'p', x'01')"
            )
            try await pipeline.startAndSettle()
            let changes = [
                "MODIFY v VARCHAR(2000)", "MODIFY e ENUM('x','y','z')", "MODIFY s SET('p','q','r')", "MODIFY b BLOB",
                "ADD UNIQUE KEY u (id, v(10))", "DROP KEY u", "ALTER COLUMN v SET DEFAULT 'd'",
                "PARTITION BY HASH (id) PARTITIONS 3", "REMOVE PARTITIONING", "AUTO_INCREMENT = 100", "COMMENT 'c'",
            ]
            for (index, change) in changes.enumerated() {
                try await pipeline.run(
                    "ALTER TABLE t \(change)",
                    "INSERT INTO t VALUES (\(index + 2), 'after', 'y', 'p,q', x'02')"
                )
                try await pipeline.catchUp()
                #expect(try await pipeline.states() == ["ddl_harmless.t": "streaming"], "\(change)")
            }
            try await pipeline.run("INSERT INTO t VALUES (100, REPEAT('long', 400), 'z', 'p,r', REPEAT(x'FF', 30000))")
            try await pipeline.catchUp()
            try await pipeline.expectSame("t")
        }
    }

    @Test("a column is added while the table is being copied")
    func addWhileCopying() async throws {
        var options = TestPipeline.Options()
        options.batchRows = 2000
        try await TestPipeline.with("ddl_copying", options) { pipeline in
            try await pipeline.run(
                "SET cte_max_recursion_depth = 1000000",
                "CREATE TABLE t (id INT PRIMARY KEY, v TEXT)",
                """
                INSERT INTO t WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 60000)
                SELECT n, REPEAT('v', n % 100) FROM s
                """
            )
            try await pipeline.start()
            try await eventually("the copy has begun") {
                guard try await pipeline.batches(of: "range").defined > 0 else { return false }
                return try await pipeline.states()["ddl_copying.t"] == "snapshotting"
            }
            try await pipeline.run(
                "UPDATE t SET v = 'during' WHERE id % 100 = 0",
                "ALTER TABLE t ADD COLUMN n INT DEFAULT 5",
                "DELETE FROM t WHERE id % 100 = 1",
                "INSERT INTO t VALUES (100000, 'new', 6)"
            )
            try await pipeline.settle()
            #expect(try await pipeline.states() == ["ddl_copying.t": "streaming"])
            try await pipeline.expectSameSums("t")
        }
    }

    @Test("TRUNCATE empties the view immediately and lets in what comes after it")
    func truncate() async throws {
        try await TestPipeline.with("ddl_truncate") { pipeline in
            try await pipeline.run(
                "CREATE TABLE t (id INT PRIMARY KEY, v TEXT)",
                "INSERT INTO t VALUES (1, 'old'), (2, 'old')"
            )
            try await pipeline.startAndSettle()
            try await pipeline.run("TRUNCATE TABLE t")
            try await pipeline.catchUp()
            #expect(try await pipeline.count("t") == 0)
            try await pipeline.run(
                "INSERT INTO t VALUES (1, 'new')",
                "TRUNCATE t",
                "INSERT INTO t VALUES (2, 'newer'), (3, 'newer')",
                "DELETE FROM t WHERE id = 3"
            )
            try await pipeline.catchUp()
            #expect(try await pipeline.warehouse("SELECT * FROM ddl_truncate.t") == [["2", "newer"]])
        }
    }

    @Test("DROP removes the view and keeps the rows; what is created again under the name has its own shape and rows")
    func drop() async throws {
        try await TestPipeline.with("ddl_drop") { pipeline in
            try await pipeline.run(
                "CREATE TABLE t (id INT PRIMARY KEY, v TEXT)",
                "INSERT INTO t VALUES (1, 'old'), (2, 'old')",
                "CREATE TABLE other (id INT PRIMARY KEY)",
                "INSERT INTO other VALUES (1)"
            )
            try await pipeline.startAndSettle()
            try await pipeline.run("DROP TABLE t")
            try await pipeline.catchUp()
            #expect(try await !pipeline.hasView("t"))
            #expect(try await pipeline.states() == ["ddl_drop.t": "dropped", "ddl_drop.other": "streaming"])
            let kept = try await pipeline.warehouse(
                "SELECT name FROM system.tables WHERE database = 'ddl_drop_raw' AND name LIKE 't\\_\\_dropped%'"
            )
            try #require(kept.count == 1)
            let rows = try await pipeline.warehouse(
                "SELECT id, v FROM ddl_drop_raw.`\(kept[0][0] ?? "")` FINAL ORDER BY id"
            )
            #expect(rows == [["1", "old"], ["2", "old"]])

            try await pipeline.run("CREATE TABLE t (k VARCHAR(10) PRIMARY KEY, n INT)", "INSERT INTO t VALUES ('a', 1)")
            try await pipeline.catchUp()
            try await pipeline.expectSame("t")
            // In one go, so that the definition of the first is gone before its statement is read.
            try await pipeline.run(
                "DROP TABLE t",
                "CREATE TABLE t (id INT PRIMARY KEY)",
                "INSERT INTO t VALUES (5)",
                "INSERT INTO other VALUES (2)"
            )
            try await pipeline.catchUp()
            #expect(try await pipeline.states() == ["ddl_drop.t": "streaming", "ddl_drop.other": "streaming"])
            try await pipeline.expectSame("t")
            try await pipeline.expectSame("other")
        }
    }

    @Test("DROP DATABASE takes all its views away")
    func dropDatabase() async throws {
        var options = TestPipeline.Options()
        options.databases = 2
        try await TestPipeline.with("ddl_database", options) { pipeline in
            try await pipeline.run(
                "CREATE TABLE t (id INT PRIMARY KEY)",
                "CREATE TABLE ddl_database_2.t (id INT PRIMARY KEY)"
            )
            try await pipeline.startAndSettle()
            try await pipeline.run("DROP DATABASE ddl_database_2", "INSERT INTO t VALUES (1)")
            try await pipeline.catchUp()
            #expect(try await pipeline.states() == ["ddl_database.t": "streaming", "ddl_database_2.t": "dropped"])
            #expect(
                try await pipeline.warehouse("SELECT name FROM system.tables WHERE database = 'ddl_database_2'") == []
            )
            try await pipeline.expectSame("t")
        }
    }
}
