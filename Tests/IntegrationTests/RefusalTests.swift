import LeatTestSupport
import MySQLClient
import Testing

@testable import DevPlatform

@Suite("What is refused", .sharesServers)
struct RefusalTests {
    @Test(
        "tables that cannot be replicated exactly are named with cause and remedy, at start and later; others continue"
    )
    func tables() async throws {
        try await TestPipeline.with("refused") { pipeline in
            try await pipeline.run(
                "SET SESSION sql_generate_invisible_primary_key = OFF",
                "CREATE TABLE good (id INT PRIMARY KEY)",
                "INSERT INTO good VALUES (1)",
                "CREATE TABLE no_view (v INT) ENGINE = MyISAM",
                "INSERT INTO no_view VALUES (1)",
                "CREATE TABLE taken (id INT PRIMARY KEY)",
                "INSERT INTO taken VALUES (1)"
            )
            for statement in [
                "CREATE DATABASE IF NOT EXISTS refused_raw",
                "CREATE TABLE refused_raw.taken (id Int32) ENGINE = MergeTree ORDER BY id",
                "CREATE TABLE refused_raw.later_taken (id Int32) ENGINE = MergeTree ORDER BY id",
            ] { try await pipeline.warehouseExecute(statement) }
            try await pipeline.startAndSettle()
            try await pipeline.run(
                "CREATE TABLE later_taken (id INT PRIMARY KEY)",
                "INSERT INTO later_taken VALUES (1)",
                "INSERT INTO good VALUES (2)",
                "INSERT INTO no_view VALUES (2)",
                "INSERT INTO taken VALUES (2)"
            )
            try await pipeline.catchUp()
            // It is tried again now and then.
            try await pipeline.wait(for: "no_view", toBe: "quarantined")
            let status = try await pipeline.status()
            for (table, cause) in [
                ("no_view", "MyISAM"), ("taken", "not created by Leat"), ("later_taken", "not created by Leat"),
            ] {
                let line = status.tables.first { $0.name == "refused.\(table)" }
                #expect(line?.state == "quarantined", "\(table)")
                #expect(line?.cause.contains(cause) == true, "\(table): \(line?.cause ?? "-")")
                #expect(line?.remedy.isEmpty == false, "\(table)")
            }
            try await pipeline.expectSame("good")
        }
    }

    @Test("a UNIQUE key of which columns may be NULL, or of a part of them, is no key")
    func uniqueKeys() async throws {
        try await TestPipeline.with("refused_keys") { pipeline in
            try await pipeline.run(
                "SET SESSION sql_generate_invisible_primary_key = OFF",
                "CREATE TABLE nullable (id INT NULL UNIQUE)",
                "INSERT INTO nullable VALUES (1), (NULL), (NULL)",
                "CREATE TABLE prefix (v VARCHAR(300), UNIQUE (v(2)))",
                "INSERT INTO prefix VALUES ('aa'), ('ab')"
            )
            try await pipeline.startAndSettle()
            try await pipeline.run(
                "DELETE FROM nullable WHERE id IS NULL LIMIT 1",
                "UPDATE prefix SET v = 'b' WHERE v = 'aa'",
                "INSERT INTO nullable VALUES (NULL), (NULL)"
            )
            try await pipeline.catchUp()
            for table in ["nullable", "prefix"] { try await pipeline.expectSame(table) }
        }
    }

    /// A value that ClickHouse cannot hold, or that is none.
    static let dates = [
        ("zero", "DATE", "'0000-00-00'"), ("partial", "DATE", "'2024-00-10'"),
        ("zero_time", "DATETIME(3)", "'0000-00-00 00:00:00'"),
        ("zero_stamp", "TIMESTAMP", "'0000-00-00 00:00:00'"), ("early", "DATE", "'1899-12-31'"),
        ("late", "DATETIME", "'2300-01-01 00:00:00'"), ("year_one", "DATETIME(6)", "'0001-01-01 00:00:00'"),
    ]

    @Test(
        "with dates: error a date that ClickHouse cannot hold quarantines its table, in the copy and in the stream"
    )
    func dates() async throws {
        var options = TestPipeline.Options()
        let tables = Self.dates.flatMap { ["copied_\($0.0)", "streamed_\($0.0)"] }
        options.more = "tables: {\(tables.map { "refused_dates.\($0): {dates: error}" }.joined(separator: ", "))}"
        try await TestPipeline.with("refused_dates", options) { pipeline in
            try await pipeline.run("SET sql_mode = ''", "CREATE TABLE good (id INT PRIMARY KEY)")
            for (name, type, value) in Self.dates {
                for phase in ["copied", "streamed"] {
                    try await pipeline.run("CREATE TABLE \(phase)_\(name) (id INT PRIMARY KEY, d \(type))")
                    try await pipeline.run("INSERT INTO \(phase)_\(name) VALUES (1, '2024-01-01')")
                }
                try await pipeline.run("INSERT INTO copied_\(name) VALUES (2, \(value)), (3, '2024-01-03')")
            }
            try await pipeline.startAndSettle()
            for (name, _, value) in Self.dates {
                try await pipeline.run("INSERT INTO good VALUES (\(Self.dates.firstIndex { $0.0 == name } ?? 0))")
                try await pipeline.run(
                    "START TRANSACTION",
                    "INSERT INTO streamed_\(name) VALUES (2, '2024-01-02'), (3, \(value))",
                    "INSERT INTO good VALUES (\(100 + (Self.dates.firstIndex { $0.0 == name } ?? 0)))",
                    "COMMIT"
                )
            }
            try await pipeline.catchUp()
            let status = try await pipeline.status()
            for table in status.tables where table.name != "refused_dates.good" {
                #expect(table.state == "quarantined", "\(table.name)")
                #expect(table.cause.contains("`d`") && table.cause.contains("date"), "\(table.name): \(table.cause)")
                #expect(table.remedy.contains("leat tables resync \(table.name)"), "\(table.name): \(table.remedy)")
            }
            #expect(status.tables.count == 1 + 2 * Self.dates.count)
            try await pipeline.expectSame("good")
            for (name, _, _) in Self.dates {
                let rows = try await pipeline.warehouse(
                    "SELECT count() FROM refused_dates.streamed_\(name) WHERE id = 3"
                )
                #expect(rows == [["0"]], "\(name)")
            }
            // The rows put right, the remedy works.
            try await pipeline.run("UPDATE streamed_zero SET d = '2024-01-09' WHERE id = 3")
            let answer = try await pipeline.command("tables", "resync", "refused_dates.streamed_zero")
            #expect(answer.exit == .code(0), "\(answer.errors)")
            try await pipeline.settle()
            #expect(try await pipeline.states()["refused_dates.streamed_zero"] == "streaming")
            try await pipeline.expectSame("streamed_zero")
        }
    }

    @Test("rows that a session logs as statements quarantine all tables that these may have changed")
    func statements() async throws {
        try await TestPipeline.with("session_statement", TestPipeline.Options(readsPrimary: true)) { pipeline in
            try await pipeline.run(
                "CREATE TABLE t (id INT PRIMARY KEY, n INT, v TEXT)",
                "CREATE TABLE good (id INT PRIMARY KEY)",
                "INSERT INTO t VALUES (1, 1, 'text')"
            )
            try await pipeline.startAndSettle()
            try await pipeline.withSession { session in
                try await session.execute("SET SESSION binlog_format = 'STATEMENT'")
                try await session.execute("UPDATE t SET n = 2 WHERE id = 1")
            }
            try await pipeline.run("INSERT INTO good VALUES (1)")
            try await pipeline.catchUp()
            // The binlog says which databases a statement used, not which tables a trigger may have written to.
            for table in ["t", "good"] {
                let status = try await pipeline.status(of: table)
                #expect(status.state == "quarantined" && status.cause.contains("binlog_format"), "\(status.cause)")
            }
            #expect(try await pipeline.warehouse("SELECT n, v FROM session_statement.t") == [["1", "text"]])
            let answer = try await pipeline.command("tables", "resync", "session_statement.t")
            #expect(answer.exit == .code(0), "\(answer.errors)")
            try await pipeline.settle()
            let after = try await pipeline.status(of: "t")
            #expect(after.state == "streaming", "\(after.state): \(after.cause)")
            try await pipeline.expectSame("t")
        }
    }

    @Test("a table that an XA transaction changes has its rows once that is committed")
    func xa() async throws {
        var options = TestPipeline.Options()
        options.readsPrimary = true
        try await TestPipeline.with("refused_xa", options) { pipeline in
            try await pipeline.run("CREATE TABLE t (id INT PRIMARY KEY)", "CREATE TABLE good (id INT PRIMARY KEY)")
            try await pipeline.startAndSettle()
            try await pipeline.withSession { session in
                for statement in ["START 'x'", "INSERT", "END 'x'", "PREPARE 'x'", "COMMIT 'x'"] {
                    try await session.execute(statement == "INSERT" ? "INSERT INTO t VALUES (1)" : "XA " + statement)
                }
                // In one phase it is like any other.
                for statement in ["START 'y'", "INSERT", "END 'y'", "COMMIT 'y' ONE PHASE"] {
                    try await session.execute(statement == "INSERT" ? "INSERT INTO good VALUES (1)" : "XA " + statement)
                }
            }
            try await pipeline.catchUp()
            #expect(try await pipeline.status(of: "t").state == "streaming")
            try await pipeline.expectSame("t")
            #expect(try await pipeline.states()["refused_xa.good"] == "streaming")
            try await pipeline.expectSame("good")
        }
    }

    @Test("what Leat has not created in ClickHouse is refused and stays untouched", arguments: ["view", "raw"])
    func foreignTable(place: String) async throws {
        let name = "foreign_\(place)"
        try await TestPipeline.with(name) { pipeline in
            let database = place == "view" ? name : "\(name)_raw"
            try await pipeline.warehouseExecute("CREATE DATABASE \(database)")
            try await pipeline.warehouseExecute(
                "CREATE TABLE \(database).t (id Int32, note String) ENGINE = MergeTree ORDER BY id"
            )
            try await pipeline.warehouseExecute("INSERT INTO \(database).t VALUES (1, 'precious')")
            try await pipeline.run("CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (7)")
            try await pipeline.start()
            try await pipeline.wait(for: "t", toBe: "quarantined")
            let cause = try await pipeline.status(of: "t").cause
            #expect(cause.contains("`\(database).t`") && cause.contains("not created by Leat"), "\(cause)")
            #expect(try await pipeline.warehouse("SELECT * FROM \(database).t") == [["1", "precious"]])
            // The remedy is carried out by hand, and within a minute the table streams.
            try await pipeline.warehouseExecute("DROP TABLE \(database).t")
            try await pipeline.wait(for: "t", toBe: "streaming", within: .seconds(90))
            try await pipeline.expectSame("t")
        }
    }

    @Test("two pipelines cannot fill one database")
    func twoSources() async throws {
        try await TestPipeline.with("shared_target") { first in
            try await first.run("CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1)")
            try await first.startAndSettle()
            var options = TestPipeline.Options()
            options.naming = "database: shared_target"
            try await TestPipeline.with("shared_intruder", options) { second in
                try await second.run("CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (99)")
                try await second.start()
                try await second.wait(for: "t", toBe: "quarantined")
                let cause = try await second.status(of: "t").cause
                #expect(cause.contains("belongs to the pipeline `shared_target`"), "\(cause)")
            }
            try await first.run("INSERT INTO t VALUES (2)")
            try await first.catchUp()
            try await first.expectSame("t")
        }
    }

    @Test(
        "of two processes that run one pipeline, one continues and the other stops, and takes over once that one is gone"
    )
    func twoProcesses() async throws {
        try await TestPipeline.with("fenced") { pipeline in
            try await pipeline.run("CREATE TABLE t (id INT PRIMARY KEY)")
            try await pipeline.startAndSettle()
            let first = try #require(pipeline.leat)
            // The same pipeline from another folder: another console port, another socket.
            let second = try await pipeline.startTwin()
            var id = 0
            let text = "another process has taken over the pipeline `fenced`"
            try await eventually("one of two has stopped") {
                id += 1
                try await pipeline.run("INSERT INTO t VALUES (\(id))")
                return first.tail.contains(text) || second.tail.contains(text)
            }
            let (left, right) = second.tail.contains(text) ? (first, second) : (second, first)
            #expect(left.isRunning && right.isRunning)
            try await pipeline.run("INSERT INTO t VALUES (1000000)")
            pipeline.adopt(left)
            try await pipeline.catchUp()
            try await pipeline.expectSame("t")
            #expect(!left.tail.contains(text), "they do not take it from each other in turn")
            #expect(try await left.terminate() == .code(0))
            pipeline.adopt(right)
            try await pipeline.run("INSERT INTO t VALUES (1000001)")
            try await pipeline.catchUp(within: .seconds(90))
            try await pipeline.expectSame("t")
            await right.kill()
        }
    }
}
