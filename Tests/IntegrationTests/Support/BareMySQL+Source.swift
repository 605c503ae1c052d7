import LeatTestSupport
import MySQLClient
import MySQLProtocol
import Testing

@testable import DevPlatform

extension BareMySQL {
    /// What a server needs to be followed.
    static let followable = [
        "--log-bin=binlog", "--gtid-mode=ON", "--enforce-gtid-consistency=ON", "--binlog-row-metadata=FULL",
    ]

    /// A session as root that commits each statement.
    func connect() async throws -> MySQLConnection {
        try await MySQLConnection.open(to: endpoint, as: .writing, logger: silent)
    }

    /// Runs statements as root.
    func run(_ statements: String...) async throws {
        let connection = try await connect()
        for statement in statements { _ = try await connection.query(statement) }
        await connection.close()
    }

    /// The first value of an answer.
    func scalar(_ sql: String) async throws -> String {
        let connection = try await connect()
        let answer = try await connection.query(sql).scalar
        await connection.close()
        return answer ?? ""
    }

    /// Everything that it has executed.
    func executed() async throws -> GTIDSet { try GTIDSet(parsing: try await scalar("SELECT @@GLOBAL.gtid_executed")) }

    /// Makes a user with the rights of a pipeline, and options of a pipeline that reads from here as that user.
    func makeReader(_ databases: String..., others: [BareMySQL] = []) async throws -> TestPipeline.Options {
        try await run(
            "CREATE USER reader@'%' IDENTIFIED BY 'secret-of-reader'",
            "GRANT SELECT, REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO reader@'%'"
        )
        var options = TestPipeline.Options()
        options.hosts = ([self] + others).map(\.endpoint.address)
        options.user = "reader"
        options.password = "secret-of-reader"
        options.follows = databases
        return options
    }

    /// Waits until a pipeline has everything that this server has executed.
    func catchUp(_ pipeline: TestPipeline, within timeout: Duration = .seconds(60)) async throws {
        let target = try await executed()
        try await eventually("`\(pipeline.name)` has come to \(target)", within: timeout) {
            try await pipeline.position()?.isSuperset(of: target) ?? false
        }
    }

    /// Compares a table's rows on both sides, as text and in the order of all their columns.
    ///
    /// - Parameter prefix: in front of the database's name in ClickHouse.
    func expectSame(
        _ pipeline: TestPipeline,
        _ table: String,
        prefix: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let connection = try await connect()
        let there = try await connection.query("SELECT * FROM \(table)").rows
        await connection.close()
        let here = try await pipeline.warehouse("SELECT * FROM \(prefix)\(table)")
        func sorted(_ rows: [[String?]]) -> [[String]] {
            rows.map { $0.map { $0 ?? "NULL" } }.sorted { $0.lexicographicallyPrecedes($1) }
        }
        #expect(sorted(here) == sorted(there), "\(table)", sourceLocation: sourceLocation)
    }
}
