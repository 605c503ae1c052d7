import MySQLClient
import MySQLProtocol

@testable import LocalStack

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
}
