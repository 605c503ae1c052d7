import Testing

@testable import DevPlatform

@Suite("Tables that cannot be followed any further", .sharesServers)
struct QuarantineTests {
    /// Two tables with a row, streaming.
    private func withTwoTables(_ name: String, _ body: (TestPipeline) async throws -> Void) async throws {
        var options = TestPipeline.Options()
        options.more = "tables: {\(name).t: {on-alter: stop}}"
        try await TestPipeline.with(name, options) { pipeline in
            try await pipeline.run(
                "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20))",
                "CREATE TABLE other (id INT PRIMARY KEY, v TEXT)",
                "INSERT INTO t VALUES (1, 'a'), (2, 'b')",
                "INSERT INTO other VALUES (1, 'a')"
            )
            try await pipeline.startAndSettle()
            try await body(pipeline)
        }
    }

    /// A statement that quarantines `t`, and what the cause must name.
    struct Statement: Sendable, CustomTestStringConvertible {
        let name: String
        let sql: String
        let cause: String
        var testDescription: String { sql }
    }

    @Test(
        "with on-alter: stop a change that cannot be had in place quarantines its table, and the rest continues",
        arguments: [
            Statement(name: "modify", sql: "ALTER TABLE t MODIFY v INT", cause: "v changed"),
            Statement(name: "rename_column", sql: "ALTER TABLE t RENAME COLUMN v TO w", cause: "v"),
            Statement(name: "new_key", sql: "ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (v, id)", cause: "key"),
            Statement(name: "computed", sql: "ALTER TABLE t ADD COLUMN g INT AS (id + 1) STORED", cause: "column g"),
            Statement(name: "expression", sql: "ALTER TABLE t ADD COLUMN g INT DEFAULT (1 + 1)", cause: "g"),
            Statement(name: "signedness", sql: "ALTER TABLE t MODIFY id INT UNSIGNED", cause: "id changed"),
            Statement(name: "nullable", sql: "ALTER TABLE t MODIFY v VARCHAR(20) NOT NULL", cause: "column v"),
            Statement(name: "wider_key", sql: "ALTER TABLE t MODIFY id BIGINT", cause: "column id"),
            Statement(name: "fewer_members", sql: "ALTER TABLE t MODIFY v ENUM('1','2','3')", cause: "v changed"),
            Statement(name: "no_key", sql: "ALTER TABLE t DROP PRIMARY KEY", cause: "key"),
        ]
    )
    func unsupported(statement: Statement) async throws {
        try await withTwoTables("quarantine_\(statement.name)") { pipeline in
            try await pipeline.run("INSERT INTO t VALUES (3, '3')", "UPDATE t SET v = id")
            try await pipeline.run(statement.sql)
            try await pipeline.run("INSERT INTO other VALUES (2, 'goes on')")
            try await pipeline.catchUp()
            let status = try await pipeline.status(of: "t")
            #expect(status.state == "quarantined")
            #expect(status.cause.contains(statement.cause), "\(status.cause)")
            #expect(status.remedy.contains("leat tables resync \(pipeline.name).t"), "\(status.remedy)")
            #expect(try await pipeline.status(of: "other").state == "streaming")
            try await pipeline.expectSame("other")
            // It survives a restart.
            #expect(try await pipeline.stop() == .code(0))
            try await pipeline.start()
            try await pipeline.run("INSERT INTO other VALUES (3, 'still goes on')")
            try await pipeline.catchUp()
            try await pipeline.expectSame("other")
            #expect(try await pipeline.status(of: "t").cause == status.cause)
        }
    }

    @Test(
        "a table that was renamed is copied under its new name by itself, and its old name is gone",
        arguments: ["RENAME TABLE t TO t2", "ALTER TABLE t RENAME TO t2"]
    )
    func renamed(statement: String) async throws {
        try await withTwoTables("quarantine_renamed_\(statement.first ?? "R")") { pipeline in
            try await pipeline.run(statement, "INSERT INTO t2 VALUES (3, 'c')")
            try await pipeline.wait(for: "t2", toBe: "streaming")
            #expect(try await pipeline.states()["\(pipeline.name).t"] == "dropped")
            #expect(try await !pipeline.hasView("t"))
            try await pipeline.run("INSERT INTO t2 VALUES (4, 'd')")
            try await pipeline.catchUp()
            try await pipeline.expectSame("t2")
        }
    }

    @Test("with on-alter: stop a partition that is emptied quarantines its table")
    func partition() async throws {
        try await withTwoTables("quarantine_partition") { pipeline in
            try await pipeline.run(
                "ALTER TABLE t PARTITION BY HASH (id) PARTITIONS 2",
                "INSERT INTO t VALUES (3, 'c'), (4, 'd')"
            )
            try await pipeline.catchUp()
            try await pipeline.expectSame("t")
            try await pipeline.run("ALTER TABLE t TRUNCATE PARTITION p0")
            try await pipeline.catchUp()
            #expect(try await pipeline.status(of: "t").state == "quarantined")
            let answer = try await pipeline.command("tables", "resync", "quarantine_partition.t")
            #expect(answer.exit == .code(0), "\(answer.errors)")
            try await pipeline.settle()
            try await pipeline.expectSame("t")
        }
    }

    @Test("CREATE TABLE IF NOT EXISTS does not release a table from quarantine")
    func createIfNotExists() async throws {
        try await withTwoTables("quarantine_create") { pipeline in
            try await pipeline.run("ALTER TABLE t RENAME COLUMN v TO n")
            try await pipeline.wait(for: "t", toBe: "quarantined")
            try await pipeline.run(
                "CREATE TABLE IF NOT EXISTS t (id INT PRIMARY KEY, v TEXT)",
                "INSERT INTO t VALUES (3, 1)"
            )
            try await pipeline.catchUp()
            #expect(try await pipeline.status(of: "t").state == "quarantined")
        }
    }

    @Test("DROP and CREATE release a table from quarantine, with the rows of the new one only")
    func dropAndCreate() async throws {
        try await withTwoTables("quarantine_drop") { pipeline in
            try await pipeline.run(
                "ALTER TABLE t RENAME COLUMN v TO n",
                "INSERT INTO t VALUES (7, 1)"
            )
            try await pipeline.wait(for: "t", toBe: "quarantined")
            try await pipeline.run("DROP TABLE t", "CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (9)")
            try await pipeline.catchUp()
            #expect(try await pipeline.states()["quarantine_drop.t"] == "streaming")
            try await pipeline.expectSame("t")
        }
    }

    @Test("resync releases a table with another shape and brings over what was missed")
    func resync() async throws {
        try await withTwoTables("quarantine_resync") { pipeline in
            try await pipeline.run(
                "UPDATE t SET v = '7'",
                "ALTER TABLE t MODIFY v INT UNSIGNED, ADD COLUMN n INT NOT NULL FIRST",
                "INSERT INTO t VALUES (333, 3, 33)"
            )
            try await pipeline.wait(for: "t", toBe: "quarantined")
            let answer = try await pipeline.command("tables", "resync", "quarantine_resync.t")
            #expect(answer.exit == .code(0), "\(answer.errors)")
            try await pipeline.settle()
            #expect(try await pipeline.states()["quarantine_resync.t"] == "streaming")
            try await pipeline.expectSame("t")
            try await pipeline.run("INSERT INTO t VALUES (444, 4, NULL)", "DELETE FROM t WHERE id = 1")
            try await pipeline.catchUp()
            try await pipeline.expectSame("t")
            #expect(try await pipeline.status(of: "t").cause == "")
        }
    }

    @Test("resync repairs rows that are missing, changed or too many in ClickHouse, while the view stays readable")
    func repair() async throws {
        try await withTwoTables("resync_repair") { pipeline in
            let raw = "resync_repair_raw.t"
            try await pipeline.warehouseExecute("ALTER TABLE \(raw) DELETE WHERE id = 1 SETTINGS mutations_sync = 2")
            try await pipeline.warehouseExecute(
                "INSERT INTO \(raw) (id, v, _version) VALUES (2, 'wrong', 1), (99, 'foreign', 1)"
            )
            try await pipeline.warehouseExecute(
                "ALTER TABLE \(raw) UPDATE v = 'changed' WHERE id = 2 SETTINGS mutations_sync = 2"
            )
            #expect(try await pipeline.differences("t").count == 3, "the damage shows")
            let answer = try await pipeline.command("tables", "resync", "resync_repair.t")
            #expect(answer.exit == .code(0), "\(answer.errors)")
            try await pipeline.run("INSERT INTO t VALUES (3, 'meanwhile')")
            try await pipeline.settle()
            try await pipeline.expectSame("t")
            try await pipeline.expectSame("other")
        }
    }

    @Test(
        "a table whose rows ClickHouse does not take is quarantined, the rest continues, and resync copies it again",
        arguments: [
            ("dropped", ["DROP TABLE quarantine_dropped_raw.t SYNC"]),
            // The view, which would hold up the change, goes first.
            (
                "column",
                ["DROP VIEW quarantine_column.t SYNC", "ALTER TABLE quarantine_column_raw.t RENAME COLUMN v TO w"]
            ),
            (
                "type",
                [
                    "DROP VIEW quarantine_type.t SYNC", "ALTER TABLE quarantine_type_raw.t DROP COLUMN v",
                    "ALTER TABLE quarantine_type_raw.t ADD COLUMN v Array(String)",
                ]
            ),
            ("constraint", ["ALTER TABLE quarantine_constraint_raw.t ADD CONSTRAINT small CHECK id < 3"]),
        ]
    )
    func refusedByWarehouse(name: String, changes: [String]) async throws {
        try await withTwoTables("quarantine_\(name)") { pipeline in
            for change in changes { try await pipeline.warehouseExecute(change) }
            try await pipeline.run("INSERT INTO t VALUES (3, 'c')", "INSERT INTO other VALUES (2, 'goes on')")
            try await pipeline.wait(for: "t", toBe: "quarantined")
            try await pipeline.catchUp()
            let status = try await pipeline.status(of: "t")
            #expect(status.cause.contains("ClickHouse") && status.remedy.contains("resync"), "\(status)")
            try await pipeline.expectSame("other")
            if name == "constraint" {
                try await pipeline.warehouseExecute("ALTER TABLE quarantine_constraint_raw.t DROP CONSTRAINT small")
            }
            let answer = try await pipeline.command("tables", "resync", "quarantine_\(name).t")
            #expect(answer.exit == .code(0), "\(answer.errors)")
            try await pipeline.settle()
            try await pipeline.expectSame("t")
        }
    }

    @Test("resync names what it does not know, and says so when no process runs")
    func resyncErrors() async throws {
        try await withTwoTables("resync_errors") { pipeline in
            let unknown = try await pipeline.command("tables", "resync", "resync_errors.nothing")
            #expect(unknown.exit == .code(3))
            for order in ["pause", "resume", "forget"] {
                let unnamed = try await pipeline.command("tables", order)
                #expect(unnamed.exit == .code(2), "\(unnamed.errors)")
                let unknown = try await pipeline.command("tables", order, "nowhere.t")
                #expect(unknown.exit == .code(3), "\(unknown.errors)")
                #expect(
                    unknown.errors.contains("`nowhere.t`") && unknown.errors.contains("\n  fix: "),
                    "\(unknown.errors)"
                )
            }
            #expect(
                unknown.errors.contains("resync_errors.nothing") && unknown.errors.contains("\n  fix: "),
                "\(unknown.errors)"
            )
            try await pipeline.stop()
            let alone = try await pipeline.command("tables", "resync", "resync_errors.t")
            #expect(alone.exit == .code(3))
            #expect(alone.errors.contains("leat run"), "\(alone.errors)")
        }
    }
}
