import ClickHouseClient
import Daemon
import LeatConfig
import LeatState
import Logging
import MySQLClient
import MySQLSchema
import PipelineCore
import Verification
import Warehouse

/// The tables of one MySQL source, ready to be compared.
struct SourceComparison {
    let tables: [TableToVerify]
    private let followed: FollowedTables
    private let isFollowed: @Sendable (String) -> Bool
    private let endpoint: MySQLEndpoint
    private let warehouse: ClickHouseClient
    private let pipeline: String
    private let logger: Logger

    init(
        _ source: LeatConfiguration.Source,
        _ mySQL: LeatConfiguration.MySQL,
        warehouse: ClickHouseClient,
        logger: Logger
    ) async throws {
        endpoint = try await Self.firstReachable(mySQL.endpoints, logger: logger)
        self.warehouse = warehouse
        pipeline = source.name
        self.logger = logger
        isFollowed = { mySQL.follows($0) }
        // Before the source's list: see TableCensus.
        followed = try await FollowedTables.read(warehouse, pipeline: source.name)
        tables = try await Verifier.tables(
            at: endpoint,
            where: { mySQL.tables.matches(database: $0.database, table: $0.table) },
            warehouseDatabase: { source.warehouseDatabase(for: $0) },
            logger: logger
        )
    }

    /// The tables that only one side has.
    func strays(
        options: Verifier.Options = .init(),
        report: @escaping @Sendable (VerificationProgress) -> Void
    ) async throws -> [TableResult] {
        try await Verifier(
            source: endpoint,
            warehouse: warehouse,
            pipeline: pipeline,
            options: options,
            logger: logger
        ).strays(followed: followed, tables: tables, isFollowed: isFollowed, report: report)
    }

    /// Compares some of the tables, and keeps what it shows in `leat.verifications`.
    ///
    /// - Parameter earlier: what has been shown before; of its tables only what was not equal is compared again.
    func run(
        tables: [TableToVerify],
        after earlier: VerificationReport? = nil,
        options: Verifier.Options = .init(),
        occasion: VerificationHistory.Occasion = .demand,
        report: @escaping @Sendable (VerificationProgress) -> Void
    ) async throws -> VerificationReport {
        let verifier = Verifier(
            source: endpoint,
            warehouse: warehouse,
            pipeline: pipeline,
            options: options,
            logger: logger
        )
        let result = try await verifier.run(tables: tables, after: earlier, report: report)
        // What was asked for a part of the rows says nothing of the table.
        guard options.filter == nil else { return result }
        let history = VerificationHistory(client: warehouse, pipeline: pipeline)
        do {
            try await history.prepare()
            for table in result.tables { try await history.save(table, occasion: occasion) }
        } catch let error as ClickHouseError {
            // A user that may only read can still verify.
            logger.warning("could not record verification result", metadata: ["error": "\(error)"])
        }
        return result
    }

    /// The first server that answers: the others hold the same data, and the pipeline may be following any of them.
    static func firstReachable(_ endpoints: [MySQLEndpoint], logger: Logger) async throws -> MySQLEndpoint {
        var failure: (any Error)?
        for endpoint in endpoints {
            do {
                let connection = try await MySQLConnection.connect(to: endpoint, logger: logger)
                await connection.close()
                return endpoint
            } catch {
                failure = failure ?? error
            }
        }
        throw failure ?? PipelineError(.precondition, "the source has no hosts", remedy: "add hosts: in leat.yaml")
    }
}
