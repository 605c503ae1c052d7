import LeatTestSupport
import Logging
import MySQLClient
import MySQLProtocol
import MySQLSchema
import Testing

@testable import MySQLReplication

@Suite("Views of a server that is written to", .sharesServers)
struct SourceSnapshotServerTests {
    private static let table = TableName(database: "views", table: "log")
    private static let logger = Logger(label: "views") { _ in SwiftLogNoOpLogHandler() }

    @Test("a view holds exactly the rows of what it is said to hold, and at most those that are uncertain beside them")
    func exact() async throws {
        let options = [
            "--gtid-mode=ON", "--enforce-gtid-consistency=ON", "--log-bin", "--binlog-format=ROW",
            "--binlog-row-metadata=FULL", "--sync-binlog=1",
        ]
        try await BareMySQL.with("views", options) { server in
            let setup = try await MySQLConnection.connect(to: server.endpoint, logger: Self.logger)
            for statement in [
                "SET SESSION sql_generate_invisible_primary_key = OFF", "CREATE DATABASE views",
                "CREATE TABLE views.log (v INT)", "CREATE USER plain IDENTIFIED BY ''",
                "GRANT SELECT, REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO plain",
            ] { try await setup.execute(statement) }
            let before = try await position(setup).transactionCount
            let writers = (0..<6).map { _ in
                Task {
                    let session = try await MySQLConnection.connect(to: server.endpoint, logger: Self.logger)
                    while !Task.isCancelled { try await session.execute("INSERT INTO views.log VALUES (1)") }
                    await session.close()
                }
            }
            defer { for writer in writers { writer.cancel() } }
            var plain = server.endpoint
            plain.user = "plain"
            plain.password = ""
            var uncertain = 0
            // Each transaction has one row.
            for (endpoint, isLocking, isExact) in [
                (server.endpoint, false, false), (server.endpoint, true, true), (plain, true, false),
            ] {
                for _ in 0..<40 {
                    let session = try await RangeSession(
                        mapping: TableMapping(
                            TableDefinition(
                                name: Self.table,
                                columns: [ColumnDefinition(name: "v", columnType: "int", isNullable: true)],
                                primaryKey: []
                            ),
                            database: "views"
                        ),
                        endpoint: endpoint,
                        logger: Self.logger
                    )
                    let snapshot = try await session.openSnapshot(isLocking: isLocking)
                    let count = try await session.inspector.connection.query("SELECT COUNT(*) FROM views.log").scalar
                    let rows = try #require(count.flatMap { UInt64($0) })
                    let certain = snapshot.holds.transactionCount - before
                    let executed = try await session.executed(of: snapshot.uncertain)
                    await session.close()
                    if isExact { #expect(snapshot.uncertain.isEmpty) }
                    #expect(rows >= certain && rows <= certain + executed.transactionCount)
                    if !snapshot.uncertain.isEmpty { uncertain += 1 }
                }
            }
            #expect(uncertain > 0, "otherwise nothing was shown")
            for writer in writers { writer.cancel() }
            for writer in writers { _ = await writer.result }
            await setup.close()
        }
    }

    private func position(_ connection: MySQLConnection) async throws -> GTIDSet {
        try GTIDSet(parsing: try await connection.query("SELECT @@GLOBAL.gtid_executed").scalar ?? "")
    }

    @Test("a table of an engine without views is refused with a remedy")
    func engine() async throws {
        try await BareMySQL.with("views_engine", []) { server in
            let setup = try await MySQLConnection.connect(to: server.endpoint, logger: Self.logger)
            for statement in ["CREATE DATABASE views", "CREATE TABLE views.log (v INT) ENGINE = MyISAM"] {
                try await setup.execute(statement)
            }
            await setup.close()
            let definition = TableDefinition(
                name: Self.table,
                columns: [ColumnDefinition(name: "v", columnType: "int", isNullable: true)],
                primaryKey: []
            )
            let session = try await RangeSession(
                mapping: TableMapping(definition, database: "views"),
                endpoint: server.endpoint,
                logger: Self.logger
            )
            await #expect(throws: TableCopier.Interruption.self) { try await session.openSnapshot(isLocking: false) }
            await session.close()
        }
    }
}
