import Console
import LeatConfig
import MySQLReplication
import MySQLSchema
import Observability
import Verification

/// A MySQL source: its pipeline, the comparison in the background, and the comparison of checksums.
struct MySQLRuntime: SourceRuntime {
    let name: String
    let observer: MetricsObserver
    private let tables: TableFilter
    private let supervisor: PipelineSupervisor<ReplicationPipeline>
    private let verifier: ContinuousVerifier?
    private let checksums: ChecksumWatch?

    init(_ source: LeatConfiguration.Source, _ mySQL: LeatConfiguration.MySQL, _ around: SourceSurroundings) {
        let configuration = around.configuration
        let observer = MetricsObserver(source.name, metrics: around.metrics, health: around.health)
        let supervisor = PipelineSupervisor(source.name, observer: observer, around) { copiesAgain in
            var options = configuration.replicationOptions(for: source, mySQL)
            options.copiesAgain = copiesAgain
            options.tracer = around.exporter?.tracer
            options.hasChecksums = configuration.verification.hasChecksums
            return ReplicationPipeline(
                options: options,
                client: around.client,
                observer: observer,
                owner: around.owner,
                logger: around.logger
            )
        }
        let verifier =
            configuration.verification.isInBackground
            ? Self.verifier(of: supervisor, source, mySQL, observer, around) : nil
        name = source.name
        self.observer = observer
        tables = mySQL.tables
        self.supervisor = supervisor
        self.verifier = verifier
        checksums =
            configuration.verification.hasChecksums
            ? Self.checksums(of: supervisor, source, mySQL, observer, verifier, around) : nil
    }

    var isSettled: Bool { get async { await supervisor.isSettled } }

    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await supervisor.run() }
            if let verifier { group.addTask { await verifier.run() } }
            if let checksums { group.addTask { await checksums.run() } }
        }
    }

    func follows(_ table: String) -> Bool {
        TableName(parsing: table).map { tables.matches(database: $0.database, table: $0.table) } ?? false
    }

    func copyAgain() -> Bool { supervisor.copyAgain() }

    func perform(_ order: TableOrder, on table: String) async throws { try await supervisor.perform(order, on: table) }

    /// Meanwhile checksums say nothing about the tables; afterwards they are compared first.
    func repair(_ order: RepairOrder) async throws -> [String] {
        let names = order.tables.map(\.name) + (order.copies ?? [])
        await checksums?.hold(names)
        let result: Result<[String], any Error>
        do {
            result = .success(try await supervisor.order { try await Self.repair(order, of: $0) })
        } catch {
            result = .failure(error)
        }
        await checksums?.release(names)
        await verifier?.prioritize(names)
        return try result.get()
    }

    private static func repair(_ order: RepairOrder, of pipeline: ReplicationPipeline) async throws -> [String] {
        var answers: [String] = []
        for table in order.tables {
            let rows = try await pipeline.repair(
                table.name,
                keys: table.keys.map { RowKey(values: $0) },
                foreignVersions: table.foreignVersions
            )
            let removed = UInt64(table.keys.count) - min(UInt64(table.keys.count), rows)
            answers.append("\(table.name): \(rows) row\(rows == 1 ? "" : "s") written again, \(removed) removed")
        }
        for name in order.copies ?? [] {
            try await pipeline.resync(name)
            answers.append("\(name): has no key, and is copied again")
        }
        return answers
    }

    // MARK: Comparing

    /// What compares the tables in the background: with the server that the pipeline follows at the moment.
    private static func verifier(
        of supervisor: PipelineSupervisor<ReplicationPipeline>,
        _ source: LeatConfiguration.Source,
        _ mySQL: LeatConfiguration.MySQL,
        _ observer: MetricsObserver,
        _ around: SourceSurroundings
    ) -> ContinuousVerifier {
        let verification = around.configuration.verification
        var options = ContinuousVerifier.Options()
        options.sourceShare = verification.sourceShare
        options.interval = verification.interval
        let filter = mySQL.tables
        let logger = around.logger(of: source.name)
        return ContinuousVerifier(
            source: { supervisor.current.followedHost },
            tables: { endpoint in
                try await Verifier.tables(
                    at: endpoint,
                    where: { filter.matches(database: $0.database, table: $0.table) },
                    warehouseDatabase: { source.warehouseDatabase(for: $0) },
                    logger: logger
                )
            },
            isFollowed: { mySQL.follows($0) },
            warehouse: around.client,
            pipeline: source.name,
            options: options,
            observer: observer,
            logger: logger
        )
    }

    /// What compares the checksums that the pipeline keeps with ClickHouse; `verifier` is informed of what differs.
    private static func checksums(
        of supervisor: PipelineSupervisor<ReplicationPipeline>,
        _ source: LeatConfiguration.Source,
        _ mySQL: LeatConfiguration.MySQL,
        _ observer: MetricsObserver,
        _ verifier: ContinuousVerifier?,
        _ around: SourceSurroundings
    ) -> ChecksumWatch {
        let verification = around.configuration.verification
        let filter = mySQL.tables
        return ChecksumWatch(
            warehouse: around.client,
            pipeline: source.name,
            interval: min(.seconds(10), verification.interval),
            share: verification.warehouseShare,
            view: { table in
                guard filter.matches(database: table.database, table: table.table) else { return nil }
                return TableName(database: source.warehouseDatabase(for: table.database), table: table.table)
            },
            observer: observer,
            logger: around.logger(of: source.name),
            confirms: { supervisor.current.confirm($0, upTo: $1) },
            differs: { await verifier?.prioritize([$0]) }
        )
    }
}
