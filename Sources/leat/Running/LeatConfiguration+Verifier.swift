import ClickHouseClient
import ConfigurationFile
import Logging
import Replication
import Verification

extension LeatConfiguration {
    /// What compares a pipeline's tables in the background: with the server that the pipeline follows at the moment.
    func verifier(
        of pipeline: ReplicationPipeline,
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
            source: { await pipeline.followedHost },
            tables: { endpoint in
                try await Verifier.tables(
                    at: endpoint,
                    where: { filter.matches(database: $0.database, table: $0.table) },
                    warehouseDatabase: { source.warehouseDatabase(for: $0) },
                    logger: quiet
                )
            },
            warehouse: client,
            pipeline: source.name,
            options: options,
            observer: observer,
            logger: logger
        )
    }
}
