import ClickHouseClient
import LeatConfig
import Logging
import MySQLReplication
import MySQLSchema
import Verification

extension LeatConfiguration {
    /// What compares a pipeline's tables in the background: with the server that the pipeline follows at the moment.
    func verifier(
        of pipeline: PipelineSupervisor<ReplicationPipeline>,
        _ source: Source,
        _ mySQL: MySQL,
        client: ClickHouseClient,
        observer: any VerificationObserver,
        _ logger: Logger
    ) -> ContinuousVerifier {
        var options = ContinuousVerifier.Options()
        options.sourceShare = verification.sourceShare
        options.interval = verification.interval
        let filter = mySQL.tables
        var logger = logger
        logger[metadataKey: "pipeline"] = "\(source.name)"
        let quiet = logger
        return ContinuousVerifier(
            source: { pipeline.current.followedHost },
            tables: { endpoint in
                try await Verifier.tables(
                    at: endpoint,
                    where: { filter.matches(database: $0.database, table: $0.table) },
                    warehouseDatabase: { source.warehouseDatabase(for: $0) },
                    logger: quiet
                )
            },
            isFollowed: { mySQL.follows($0) },
            warehouse: client,
            pipeline: source.name,
            options: options,
            observer: observer,
            logger: logger
        )
    }

    /// What compares the checksums that a pipeline keeps with ClickHouse; `verifier` is informed of what differs.
    func checksumWatch(
        of pipeline: PipelineSupervisor<ReplicationPipeline>,
        _ source: Source,
        _ mySQL: MySQL,
        client: ClickHouseClient,
        observer: any VerificationObserver,
        verifier: ContinuousVerifier?,
        _ logger: Logger
    ) -> ChecksumWatch {
        let filter = mySQL.tables
        var logger = logger
        logger[metadataKey: "pipeline"] = "\(source.name)"
        return ChecksumWatch(
            warehouse: client,
            pipeline: source.name,
            interval: min(.seconds(10), verification.interval),
            share: verification.warehouseShare,
            view: { table in
                guard filter.matches(database: table.database, table: table.table) else { return nil }
                return TableName(database: source.warehouseDatabase(for: table.database), table: table.table)
            },
            observer: observer,
            logger: logger,
            confirms: { pipeline.current.confirm($0, upTo: $1) },
            differs: { await verifier?.prioritize([$0]) }
        )
    }
}
