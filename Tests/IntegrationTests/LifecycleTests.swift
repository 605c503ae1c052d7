import ClickHouseClient
import LeatTestSupport
import MySQLClient
import Testing

@testable import DevPlatform

/// What the review of faults names A1 to A6 and F7, on real servers.
@Suite("The life of a table", .sharesServers)
struct LifecycleTests {
    private func withTable(
        _ name: String,
        _ options: TestPipeline.Options = .init(),
        _ body: (TestPipeline) async throws -> Void
    ) async throws {
        try await TestPipeline.with(name, options) { pipeline in
            try await pipeline.run(
                "CREATE TABLE t (id INT PRIMARY KEY, v INT)",
                "CREATE TABLE other (id INT PRIMARY KEY, v INT)",
                "INSERT INTO t VALUES (1, 1), (2, 2), (3, 3)",
                "INSERT INTO other VALUES (1, 1)"
            )
            try await pipeline.startAndSettle()
            try await body(pipeline)
        }
    }

    @Test("a table that was left out for a while is copied again (A1)")
    func excluded() async throws {
        try await withTable("life_excluded") { pipeline in
            #expect(try await pipeline.stop() == .code(0))
            try pipeline.write(.init(leavesOut: ["t"]))
            try await pipeline.start()
            try await pipeline.run(
                "UPDATE t SET v = v + 10",
                "DELETE FROM t WHERE id = 2",
                "INSERT INTO t VALUES (9, 9)",
                "INSERT INTO other VALUES (2, 2)"
            )
            try await pipeline.catchUp()
            try await pipeline.expectSame("other")
            #expect(try await pipeline.stop() == .code(0))
            try pipeline.write(.init())
            try await pipeline.start()
            try await pipeline.wait(for: "t", toBe: "streaming")
            try await pipeline.run("INSERT INTO t VALUES (10, 10)")
            try await pipeline.catchUp()
            try await pipeline.expectSame("t")
        }
    }

    @Test("a table that is made in the place of a renamed one has only its own rows, and the renamed one has its (A2)")
    func rotated() async throws {
        try await withTable("life_rotated") { pipeline in
            try await pipeline.run(
                "RENAME TABLE t TO t_2026",
                "CREATE TABLE t LIKE t_2026",
                "INSERT INTO t VALUES (1, 100)"
            )
            // Before that, the state of `t` is that of the table which was renamed.
            try await pipeline.wait(for: "t_2026", toBe: "streaming")
            try await pipeline.settle()
            try await pipeline.expectSame("t")
            try await pipeline.expectSame("t_2026")
        }
    }

    @Test(
        "a column that is dropped and added again is not taken for unchanged (A3)",
        arguments: [
            "ALTER TABLE t DROP COLUMN v, ADD COLUMN v INT NULL",
            "ALTER TABLE t DROP PRIMARY KEY, DROP COLUMN id, ADD COLUMN id INT NOT NULL AUTO_INCREMENT PRIMARY KEY FIRST",
        ]
    )
    func droppedAndAdded(statement: String) async throws {
        try await withTable("life_again_\(statement.contains("FIRST") ? "key" : "value")") { pipeline in
            try await pipeline.run(
                "UPDATE t SET id = id + 10 ORDER BY id DESC",
                statement,
                "INSERT INTO other VALUES (2, 2)"
            )
            try await pipeline.catchUp()
            try await pipeline.settle()
            try await pipeline.expectSame("other")
            try await pipeline.expectSame("t")
        }
    }

    @Test("older rows have the default of the statement that added the column, whatever follows (A4)")
    func defaults() async throws {
        try await withTable("life_defaults") { pipeline in
            try await pipeline.run(
                "ALTER TABLE t ADD COLUMN c INT NULL DEFAULT 5",
                "ALTER TABLE t ALTER COLUMN c DROP DEFAULT",
                "ALTER TABLE t ADD COLUMN state INT NOT NULL DEFAULT 1",
                "ALTER TABLE t ALTER COLUMN state SET DEFAULT 0",
                "INSERT INTO t (id, v, c) VALUES (7, 7, 7)"
            )
            try await pipeline.catchUp()
            #expect(try await pipeline.states()["life_defaults.t"] == "streaming")
            try await pipeline.expectSame("t")
        }
    }

    @Test("a default that ClickHouse cannot hold is not another value (A5)")
    func outOfRange() async throws {
        try await withTable("life_range") { pipeline in
            try await pipeline.run("ALTER TABLE t ADD COLUMN valid_to DATE NOT NULL DEFAULT '9999-12-31'")
            try await pipeline.catchUp()
            try await pipeline.expectSame("t")
        }
    }

    @Test("a TIMESTAMP column whose nullability depends on the session is not taken for NULL")
    func implicitTimestamp() async throws {
        try await withTable("life_timestamp") { pipeline in
            try await pipeline.withSession { session in
                try await session.execute("SET explicit_defaults_for_timestamp = OFF")
                try await session.execute("ALTER TABLE other ADD COLUMN seen TIMESTAMP NULL")
                try await session.execute("ALTER TABLE t ADD COLUMN at TIMESTAMP")
            }
            try await pipeline.catchUp()
            try await pipeline.settle()
            try await pipeline.expectSame("other")
            try await pipeline.expectSame("t")
        }
    }

    @Test("both tables of EXCHANGE PARTITION are copied again (A6)")
    func exchanged() async throws {
        try await withTable("life_exchanged") { pipeline in
            try await pipeline.run(
                "CREATE TABLE p (id INT PRIMARY KEY) PARTITION BY RANGE (id) "
                    + "(PARTITION low VALUES LESS THAN (10), PARTITION high VALUES LESS THAN MAXVALUE)",
                "CREATE TABLE archive (id INT PRIMARY KEY)",
                "INSERT INTO p VALUES (1), (20)"
            )
            try await pipeline.catchUp()
            try await pipeline.run("ALTER TABLE p EXCHANGE PARTITION low WITH TABLE archive")
            try await pipeline.catchUp()
            try await pipeline.settle()
            for table in ["p", "archive"] { try await pipeline.expectSame(table) }
        }
    }

    @Test("statements close together, with rows between them, are followed however late Leat is (F7)")
    func closeTogether() async throws {
        try await withTable("life_close") { pipeline in
            #expect(try await pipeline.stop() == .code(0))
            try await pipeline.run(
                "CREATE TABLE u (id INT PRIMARY KEY)",
                "INSERT INTO u VALUES (1)",
                "ALTER TABLE u ADD COLUMN n INT NOT NULL DEFAULT 7",
                "INSERT INTO u VALUES (2, 2)",
                "ALTER TABLE u ADD COLUMN m VARCHAR(9) NULL DEFAULT 'x'",
                "INSERT INTO u VALUES (3, 3, 'y')"
            )
            try await pipeline.start()
            try await pipeline.wait(for: "u", toBe: "streaming")
            try await pipeline.catchUp()
            try await pipeline.expectSame("u")
        }
    }

    @Test("someone else's table in ClickHouse stops one table, which streams once that is gone")
    func unmanaged() async throws {
        try await withTable("life_unmanaged") { pipeline in
            let client = pipeline.servers.client
            try await client.execute("CREATE TABLE `\(pipeline.name)`.report (x Int8) ENGINE = Memory")
            try await pipeline.run(
                "CREATE TABLE report (id INT PRIMARY KEY)",
                "INSERT INTO report VALUES (1)",
                "INSERT INTO other VALUES (2, 2)"
            )
            try await pipeline.wait(for: "report", toBe: "quarantined")
            try await pipeline.catchUp()
            try await pipeline.expectSame("other")
            #expect(try await pipeline.status(of: "report").cause.contains("not created by Leat"))
            try await client.execute("DROP TABLE `\(pipeline.name)`.report SYNC")
            try await pipeline.wait(for: "report", toBe: "streaming", within: .seconds(90))
            try await pipeline.run("INSERT INTO report VALUES (2)")
            try await pipeline.catchUp()
            try await pipeline.expectSame("report")
        }
    }

    @Test("a raw table that is gone from ClickHouse is copied again at the start (A14)")
    func rawTableGone() async throws {
        try await withTable("life_gone") { pipeline in
            #expect(try await pipeline.stop() == .code(0))
            try await pipeline.servers.client.execute("DROP TABLE `\(pipeline.name)_raw`.t SYNC")
            try await pipeline.start()
            try await eventually("the table waits to be copied") {
                try pipeline.logText().contains("a table waits to be copied")
            }
            try await pipeline.wait(for: "t", toBe: "streaming")
            try await pipeline.catchUp()
            try await pipeline.expectSame("t")
        }
    }

    @Test("a table is paused and resumed, and is not forgotten while the source has it")
    func orders() async throws {
        try await withTable("life_orders") { pipeline in
            let table = "\(pipeline.name).t"
            #expect(try await pipeline.command("tables", "pause", table).exit == .code(0))
            try await pipeline.run("UPDATE t SET v = 50")
            try await pipeline.catchUp()
            #expect(try await pipeline.status(of: "t").state == "paused")
            #expect(try await pipeline.command("tables", "resume", table).exit == .code(0))
            try await pipeline.settle()
            try await pipeline.expectSame("t")
            let refused = try await pipeline.command("tables", "forget", table)
            #expect(refused.exit != .code(0))
        }
    }
}
