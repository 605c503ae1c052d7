import MySQLClient
import Testing

@Suite("Changes on their way to ClickHouse", .sharesServers)
struct ChangeTests {
    @Test("inserts, updates, deletes and changes of keys, in and out of transactions, end alike on both sides")
    func changes() async throws {
        try await TestPipeline.with("changes") { pipeline in
            try await pipeline.run(
                "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(40))",
                "INSERT INTO t VALUES (1,'one'), (2,'two'), (3,'three'), (10,'ten'), (11,'eleven'), (12,'twelve')"
            )
            try await pipeline.startAndSettle()
            try await pipeline.expectSame("t")

            try await pipeline.run(
                "INSERT INTO t VALUES (4, 'four'), (5, NULL)",
                "UPDATE t SET v = NULL WHERE id = 1",
                "DELETE FROM t WHERE id = 2",
                "UPDATE t SET id = 30 WHERE id = 3",
                // Each row takes the key that the one above it has just given up.
                "UPDATE t SET id = id + 1 WHERE id BETWEEN 10 AND 12 ORDER BY id DESC",
                // Two rows change places.
                "START TRANSACTION",
                "UPDATE t SET id = -1 WHERE id = 4",
                "UPDATE t SET id = 4 WHERE id = 5",
                "UPDATE t SET id = 5 WHERE id = -1",
                "COMMIT",
                // Gone and back, back and gone.
                "START TRANSACTION",
                "DELETE FROM t WHERE id = 30",
                "INSERT INTO t VALUES (30, 'again')",
                "COMMIT",
                "START TRANSACTION",
                "INSERT INTO t VALUES (40, 'short')",
                "DELETE FROM t WHERE id = 40",
                "COMMIT",
                "INSERT INTO t VALUES (41, 'x')",
                "DELETE FROM t WHERE id = 41",
                "INSERT INTO t VALUES (41, 'y')",
                // Never happened.
                "START TRANSACTION",
                "INSERT INTO t VALUES (50, 'never')",
                "UPDATE t SET v = 'never'",
                "ROLLBACK",
                "START TRANSACTION",
                "INSERT INTO t VALUES (51, 'kept')",
                "SAVEPOINT s",
                "UPDATE t SET v = 'never' WHERE id = 51",
                "INSERT INTO t VALUES (52, 'never')",
                "ROLLBACK TO s",
                "COMMIT",
                "REPLACE INTO t VALUES (51, 'replaced')",
                "INSERT INTO t VALUES (51, 'x') ON DUPLICATE KEY UPDATE v = 'upserted'"
            )
            try await pipeline.catchUp()
            try await pipeline.expectSame("t")
            let ids = try await pipeline.warehouse("SELECT id FROM changes.t ORDER BY id").map { $0[0] }
            #expect(ids == ["1", "4", "5", "11", "12", "13", "30", "41", "51"])
        }
    }

    @Test("keys of several columns, of text that compares without case and accents, and UNIQUE keys identify rows")
    func keys() async throws {
        try await TestPipeline.with("change_keys") { pipeline in
            try await pipeline.run(
                "CREATE TABLE pair (a INT, b VARCHAR(10), v INT, PRIMARY KEY (b, a))",
                "CREATE TABLE words (w VARCHAR(20) PRIMARY KEY, v INT)",
                "CREATE TABLE only_unique (v INT, u INT NOT NULL, n INT, UNIQUE KEY with_null (n), UNIQUE KEY good (u))",
                "INSERT INTO pair VALUES (1, 'x', 1), (2, 'x', 2), (1, 'y', 3)",
                "INSERT INTO words VALUES ('apple', 1), ('Éclair', 2), ('zebra', 3)",
                "INSERT INTO only_unique VALUES (1, 1, NULL), (2, 2, NULL), (3, 3, 3)"
            )
            try await pipeline.startAndSettle()
            try await pipeline.run(
                "UPDATE pair SET b = 'z' WHERE a = 2",
                "UPDATE pair SET v = 30 WHERE b = 'y'",
                "DELETE FROM pair WHERE v = 1",
                // The same key to MySQL, another text: the row must not stay twice.
                "UPDATE words SET w = 'APPLE' WHERE w = 'apple'",
                "UPDATE words SET w = 'eclair' WHERE w = 'Éclair'",
                "UPDATE words SET v = 20 WHERE w = 'ÉCLAIR'",
                "DELETE FROM words WHERE w = 'ZEBRA'",
                "INSERT INTO words VALUES ('Zebra', 4)",
                "UPDATE only_unique SET v = 10 WHERE u = 1",
                "UPDATE only_unique SET u = 20 WHERE u = 2",
                "DELETE FROM only_unique WHERE u = 3"
            )
            try await pipeline.catchUp()
            for table in ["pair", "words", "only_unique"] { try await pipeline.expectSame(table) }
            let words = try await pipeline.warehouse("SELECT w FROM change_keys.words ORDER BY w").map { $0[0] }
            #expect(words == ["APPLE", "Zebra", "eclair"])
            let key = try await pipeline.warehouse(
                "SELECT sorting_key FROM system.tables WHERE database = 'change_keys_raw' AND name = 'only_unique'"
            )
            #expect(key == [["u"]])
        }
    }

    @Test("several databases go to databases of the same names; a pipeline with a prefix puts it in front")
    func databases() async throws {
        var options = TestPipeline.Options()
        options.databases = 3
        options.naming = "prefix: eu_"
        try await TestPipeline.with("many", options) { pipeline in
            for database in pipeline.databases {
                try await pipeline.run(
                    "CREATE TABLE \(database).t (id INT PRIMARY KEY, v TEXT)",
                    "INSERT INTO \(database).t VALUES (1, '\(database)')"
                )
            }
            try await pipeline.run("CREATE TABLE many.`odd name.with 'all' \"of\" it` (id INT PRIMARY KEY)")
            try await pipeline.startAndSettle()
            try await pipeline.run(
                "START TRANSACTION",
                "INSERT INTO many.t VALUES (2, 'a')",
                "INSERT INTO many_2.t VALUES (2, 'b')",
                "INSERT INTO many_3.t VALUES (2, 'c')",
                "COMMIT",
                "INSERT INTO many.`odd name.with 'all' \"of\" it` VALUES (9)"
            )
            try await pipeline.catchUp()
            for (database, text) in [("many", "a"), ("many_2", "b"), ("many_3", "c")] {
                let rows = try await pipeline.warehouse("SELECT id, v FROM eu_\(database).t ORDER BY id")
                #expect(rows == [["1", database], ["2", text]])
            }
            #expect(try await pipeline.warehouse("SELECT * FROM eu_many.`odd name.with 'all' \"of\" it`") == [["9"]])
        }
    }

    @Test("binlogs that end, tables of MyISAM and settings of sessions make no difference")
    func surroundings() async throws {
        var options = TestPipeline.Options()
        options.readsPrimary = true
        try await TestPipeline.with("surroundings", options) { pipeline in
            try await pipeline.run(
                "CREATE TABLE t (id INT PRIMARY KEY, at TIMESTAMP(3) NULL, f FLOAT, v TEXT)",
                "CREATE TABLE simple (id INT PRIMARY KEY, v TEXT) ENGINE = MyISAM"
            )
            try await pipeline.startAndSettle()
            try await pipeline.run(
                "FLUSH BINARY LOGS",
                "INSERT INTO t VALUES (1, NOW(3), 1.1, 'a')",
                "FLUSH BINARY LOGS"
            )
            try await pipeline.withSession { session in
                for setting in [
                    "time_zone = '+05:30'", "sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'",
                    "binlog_rows_query_log_events = ON",
                    "NAMES latin1", "TIMESTAMP = 1700000000.123456", "foreign_key_checks = 0",
                ] { try await session.execute("SET \(setting)") }
                try await session.execute("INSERT INTO t VALUES (2, NOW(3), 2.2, '\\')")
                try await session.execute("UPDATE t SET v = \"at\" WHERE id = 1")
                try await session.execute(
                    "CREATE TABLE \"quoted\" (\"id\" INT PRIMARY KEY, \"v\" VARCHAR(10) DEFAULT '\\')"
                )
                try await session.execute("INSERT INTO \"quoted\" (id) VALUES (1)")
                try await session.execute("INSERT INTO simple VALUES (1, 'a'), (2, 'b')")
                try await session.execute("UPDATE simple SET v = 'c' WHERE id = 2")
            }
            try await pipeline.run("FLUSH BINARY LOGS")
            try await pipeline.catchUp()
            for table in ["t", "simple", "quoted"] { try await pipeline.expectSame(table) }
            #expect(try await pipeline.states().values.allSatisfy { $0 == "streaming" })
        }
    }

    @Test("rows that triggers, procedures and foreign keys change arrive too")
    func indirect() async throws {
        try await TestPipeline.with("indirect") { pipeline in
            try await pipeline.run(
                "CREATE TABLE parent (id INT PRIMARY KEY, v TEXT)",
                """
                CREATE TABLE child (
                    id INT PRIMARY KEY, parent INT, twin INT,
                    FOREIGN KEY (parent) REFERENCES parent (id) ON DELETE CASCADE ON UPDATE CASCADE,
                    FOREIGN KEY (twin) REFERENCES parent (id) ON DELETE SET NULL
                )
                """,
                "CREATE TABLE log (id INT AUTO_INCREMENT PRIMARY KEY, what TEXT)",
                "INSERT INTO parent VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd')",
                "INSERT INTO child VALUES (10, 1, NULL), (11, 1, 2), (12, 2, 3), (13, 4, 2)"
            )
            try await pipeline.startAndSettle()
            try await pipeline.run(
                "CREATE TRIGGER note AFTER UPDATE ON parent FOR EACH ROW INSERT INTO log (what) VALUES (NEW.v)",
                "CREATE VIEW seen AS SELECT * FROM parent",
                "CREATE PROCEDURE add_two() BEGIN INSERT INTO parent VALUES (5, 'e'); INSERT INTO parent VALUES (6, 'f'); END",
                "UPDATE parent SET v = 'changed' WHERE id > 2",
                "UPDATE seen SET v = 'through a view' WHERE id = 2",
                "CALL add_two()",
                "DELETE FROM parent WHERE id = 1",
                "UPDATE parent SET id = 40 WHERE id = 4",
                "DELETE FROM parent WHERE id = 3",
                "CREATE USER indirect@localhost",
                "GRANT SELECT ON indirect.* TO indirect@localhost",
                "DROP USER indirect@localhost"
            )
            try await pipeline.catchUp()
            for table in ["parent", "child", "log"] { try await pipeline.expectSame(table) }
            #expect(try await pipeline.count("log") == 4)
        }
    }

    @Test("compressed transactions arrive")
    func compressed() async throws {
        var options = TestPipeline.Options()
        options.readsPrimary = true
        try await TestPipeline.with("compressed", options) { pipeline in
            try await pipeline.run("CREATE TABLE t (id INT PRIMARY KEY, v TEXT)")
            try await pipeline.startAndSettle()
            try await pipeline.withSession { session in
                try await session.execute("SET SESSION binlog_transaction_compression = ON")
                try await session.execute("START TRANSACTION")
                for id in 1...500 {
                    try await session.execute("INSERT INTO t VALUES (\(id), REPEAT('compress ', 200))")
                }
                try await session.execute("UPDATE t SET v = 'small' WHERE id % 2")
                try await session.execute("COMMIT")
            }
            try await pipeline.run("INSERT INTO t VALUES (1000, 'plain')")
            try await pipeline.catchUp()
            try await pipeline.expectSame("t")
            #expect(try await pipeline.count("t") == 501)
        }
    }

    @Test("what is not followed does not arrive and does not disturb")
    func notFollowed() async throws {
        var options = TestPipeline.Options()
        options.databases = 2
        options.follows = ["chosen"]
        try await TestPipeline.with("chosen", options) { pipeline in
            try await pipeline.run(
                "CREATE TABLE t (id INT PRIMARY KEY)",
                "CREATE TABLE chosen_2.other (id INT PRIMARY KEY)"
            )
            try await pipeline.start()
            try await pipeline.wait(for: "t", toBe: "streaming")
            try await pipeline.run(
                "INSERT INTO chosen_2.other VALUES (1)",
                "CREATE TABLE chosen_2.later (x INT)",
                "INSERT INTO chosen_2.later VALUES (1)",
                "ALTER TABLE chosen_2.other ADD COLUMN y INT",
                "INSERT INTO t VALUES (1)",
                "DROP TABLE chosen_2.later"
            )
            try await pipeline.catchUp()
            try await pipeline.expectSame("t")
            #expect(try await pipeline.states() == ["chosen.t": "streaming"])
            #expect(
                try await pipeline.warehouse("SELECT name FROM system.databases WHERE name LIKE 'chosen\\_2%'") == []
            )
        }
    }
}
