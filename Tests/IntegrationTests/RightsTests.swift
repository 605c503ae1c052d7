import MySQLClient
import MySQLProtocol
import MySQLSchema
import Testing

@testable import DevPlatform
@testable import MySQLReplication

/// What an account may not see is distinguished from what is not there.
@Suite("Rights at a MySQL source", .sharesServers)
struct RightsTests {
    @Test(
        "a table of which only some columns may be read is quarantined with the GRANT, by the doctor and by resync too"
    )
    func columns() async throws {
        try await BareMySQL.with("rights", BareMySQL.followable) { server in
            try await server.run(
                "CREATE DATABASE shop",
                "CREATE TABLE shop.part (id INT PRIMARY KEY, name VARCHAR(10), secret INT)",
                "CREATE TABLE shop.whole (id INT PRIMARY KEY)",
                "INSERT INTO shop.part VALUES (1, 'a', 2)",
                "CREATE USER reader@'%' IDENTIFIED BY 'secret-of-reader'",
                "GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO reader@'%'",
                "GRANT SELECT (id, name) ON shop.part TO reader@'%'",
                "GRANT SELECT ON shop.whole TO reader@'%'"
            )
            try await TestPipeline.with("rights_columns", options(server, prefix: "rights_")) { pipeline in
                let doctor = try await pipeline.command("doctor", "--json")
                #expect(doctor.output.contains("mysql-table-rights"), "\(doctor.output)")
                try await pipeline.start()
                try await pipeline.wait(for: "shop.part", toBe: "quarantined")
                try await pipeline.wait(for: "shop.whole", toBe: "streaming")
                let status = try await pipeline.status(of: "shop.part")
                #expect(status.cause.contains("`id`, `name`"), "\(status.cause)")
                #expect(status.remedy.contains("GRANT SELECT ON `shop`.`part` TO 'reader'@'%'"), "\(status.remedy)")
                let refused = try await pipeline.command("tables", "resync", "shop.part")
                #expect(refused.exit != .code(0) && refused.errors.contains("GRANT SELECT"), "\(refused.errors)")
                try await server.run("GRANT SELECT ON shop.part TO reader@'%'")
                let resync = try await pipeline.command("tables", "resync", "shop.part")
                #expect(resync.exit == .code(0), "\(resync.errors)")
                try await pipeline.wait(for: "shop.part", toBe: "streaming")
                #expect(try await pipeline.warehouse("SELECT * FROM rights_shop.part") == [["1", "a", "2"]])
            }
        }
    }

    @Test("a right that is taken away from a table that is followed stops it, and only it, until it is given back")
    func revoked() async throws {
        try await BareMySQL.with("rights-revoked", BareMySQL.followable) { server in
            try await server.run(
                "CREATE DATABASE shop",
                "CREATE TABLE shop.one (id INT PRIMARY KEY, secret INT)",
                "CREATE TABLE shop.two (id INT PRIMARY KEY)",
                "INSERT INTO shop.one VALUES (1, 2)",
                "CREATE USER reader@'%' IDENTIFIED BY 'secret-of-reader'",
                "GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO reader@'%'",
                "GRANT SELECT ON shop.one TO reader@'%'",
                "GRANT SELECT ON shop.two TO reader@'%'"
            )
            try await TestPipeline.with("rights_revoked", options(server, prefix: "revoked_")) { pipeline in
                try await pipeline.start()
                for table in ["shop.one", "shop.two"] { try await pipeline.wait(for: table, toBe: "streaming") }
                try await server.run(
                    "REVOKE SELECT ON shop.one FROM reader@'%'",
                    "GRANT SELECT (id) ON shop.one TO reader@'%'"
                )
                try await makeUnannounced("first", server)
                try await pipeline.wait(for: "shop.one", toBe: "quarantined", within: .seconds(75))
                let status = try await pipeline.status(of: "shop.one")
                #expect(status.remedy.contains("GRANT SELECT ON `shop`.`one` TO 'reader'@'%'"), "\(status)")
                #expect(try await pipeline.status(of: "shop.two").state == "streaming")
                try await server.run("INSERT INTO shop.one VALUES (2, 3)", "GRANT SELECT ON shop.one TO reader@'%'")
                try await makeUnannounced("second", server)
                try await pipeline.wait(for: "shop.one", toBe: "streaming", within: .seconds(75))
                #expect(try await pipeline.warehouse("SELECT count() FROM revoked_shop.one") == [["2"]])
            }
        }
    }

    private func options(_ server: BareMySQL, prefix: String) -> TestPipeline.Options {
        var options = TestPipeline.Options()
        options.hosts = [server.endpoint.address]
        options.user = "reader"
        options.password = "secret-of-reader"
        options.follows = ["shop"]
        options.naming = "prefix: \(prefix)"
        return options
    }

    /// Rows of a table unknown to the stream make the pipeline look for tables immediately, not within a minute.
    private func makeUnannounced(_ name: String, _ server: BareMySQL) async throws {
        try await server.run(
            "SET sql_log_bin = 0",
            "CREATE TABLE shop.\(name) (id INT PRIMARY KEY)",
            "SET sql_log_bin = 1",
            "INSERT INTO shop.\(name) VALUES (1)"
        )
    }

    @Test("rights through roles, names of tables, and prepared XA transactions are read as the server has them")
    func inspector() async throws {
        try await BareMySQL.with("rights-inspector", BareMySQL.followable) { server in
            try await server.run(
                "CREATE DATABASE shop",
                "CREATE TABLE shop.t (id INT PRIMARY KEY)",
                "CREATE ROLE may_read",
                "GRANT SELECT ON shop.* TO may_read",
                "CREATE USER reader@'%' IDENTIFIED BY 'r'",
                "GRANT may_read TO reader@'%'"
            )
            let table = TableName(database: "shop", table: "t")
            var endpoint = server.endpoint
            endpoint.user = "reader"
            endpoint.password = "r"
            let without = try await SourceInspector(endpoint: endpoint, logger: silent)
            let refusal = try await without.rights().refusal(of: table)
            #expect(refusal?.remedy.hasPrefix("SET DEFAULT ROLE ALL TO 'reader'@'%'") == true, "\(refusal as Any)")
            #expect(try await without.preparedTransactions() == nil)
            await without.close()
            try await server.run("SET DEFAULT ROLE ALL TO reader@'%'")
            let with = try await SourceInspector(endpoint: endpoint, logger: silent)
            #expect(try await with.rights().refusal(of: table) == nil)
            await with.close()

            let root = try await SourceInspector(endpoint: server.endpoint, logger: silent)
            #expect(try await root.lowerCaseTableNames() == 0)
            #expect(try await root.preparedTransactions() == [])
            let session = try await server.connect()
            for statement in [
                "XA START 'abc', 'xy', 7", "INSERT INTO shop.t VALUES (1)", "XA END 'abc', 'xy', 7",
                "XA PREPARE 'abc', 'xy', 7",
            ] { _ = try await session.query(statement) }
            let prepared = try #require(try await root.preparedTransactions()?.first)
            #expect(prepared.formatID == 7 && prepared.globalID == "616263" && prepared.branch == "7879")
            _ = try await session.query("XA ROLLBACK 'abc', 'xy', 7")
            await session.close()
            await root.close()
        }
    }

    @Test("a definition is read once the server shows the statement's own transaction, and not before")
    func afterTransaction() async throws {
        try await BareMySQL.with("rights-ddl", BareMySQL.followable) { server in
            try await server.run("CREATE DATABASE shop", "CREATE TABLE shop.t (id INT PRIMARY KEY)")
            let inspector = try await SourceInspector(endpoint: server.endpoint, logger: silent)
            let name = TableName(database: "shop", table: "t")
            let uuid = try await server.scalar("SELECT @@GLOBAL.server_uuid")
            let executed = try await server.executed()
            let next = try GTIDSet(parsing: "\(uuid):\(executed.transactionCount + 1)")
            await #expect(throws: MySQLError.self) {
                try await inspector.table(name, after: next, atMost: .milliseconds(300), logger: silent)
            }
            let reading = Task {
                try await inspector.table(name, after: next, atMost: .seconds(20), logger: silent)
            }
            try await Task.sleep(for: .milliseconds(300))
            try await server.run("ALTER TABLE shop.t ADD COLUMN n INT")
            #expect(try await reading.value?.columns.map(\.name) == ["id", "n"])
            await inspector.close()
        }
    }
}
