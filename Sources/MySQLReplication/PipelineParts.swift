import ClickHouseClient
import LeatState
import Logging
import MySQLClient
import MySQLSchema
import Warehouse

/// The parts of a running ``ReplicationPipeline``, wired together.
struct PipelineParts: Sendable {
    let decoder: StreamDecoder
    let pulse: StreamPulse
    let tables: TableKeeper
    let writer: BatchWriter
    let copies: SnapshotCoordinator
    let checkpoints: CheckpointKeeper
    let ddl: DDLApplier
    let discovery: TableDiscovery
    let lag: LagMonitor
    let heartbeat: HeartbeatMonitor?
    let repair: RowRepair

    init(
        _ lifecycle: TableLifecycle,
        _ found: PipelineStart.Found,
        options: ReplicationOptions,
        client: ClickHouseClient,
        warehouse: Warehouse,
        store: StateStore,
        log: BatchLog,
        hosts: SourceHosts,
        applied: AppliedPosition,
        waits: ConditionWaits,
        unverified: UnverifiedTraces,
        observer: any ReplicationObserver,
        resume: @escaping @Sendable () async -> Void,
        fail: @escaping @Sendable (any Error) async -> Void,
        logger: Logger
    ) async {
        let decoder = StreamDecoder(
            limits: .init(
                rows: options.batchRows,
                bytes: options.batchBytes,
                interval: options.batchInterval,
                outstandingBytes: 2 * options.batchBytes,
                hasChecksums: options.hasChecksums
            ),
            received: found.position,
            plan: found.plan,
            heartbeat: options.heartbeat?.table,
            foldsNames: found.foldsNames,
            isWanted: options.isWanted
        )
        let tables = TableKeeper(
            lifecycle,
            .init(warehouse: warehouse, store: store, log: log, observer: observer, logger: logger)
        )
        let lag = LagMonitor(
            completeAt: found.completeAt,
            sourcePosition: found.executed,
            .init(
                client: client,
                hosts: hosts,
                applied: applied,
                decoder: decoder,
                observer: observer,
                logger: logger,
                isIdle: { decoder.isIdle },
                isCopying: { await tables.tables.values.contains { $0.state.phase == .snapshotting } }
            )
        )
        let writer = BatchWriter(
            .init(
                warehouse: warehouse,
                log: log,
                tables: tables,
                decoder: decoder,
                completion: .init(
                    warehouse: warehouse,
                    tables: tables,
                    decoder: decoder,
                    hosts: hosts,
                    waits: waits,
                    batchBytes: options.batchBytes,
                    logger: logger
                ),
                observer: observer,
                options: options,
                unverified: unverified,
                written: { commit, number in
                    await lag.noteCommit(commit, ofBatch: number)
                    await lag.warehouseAnswered()
                },
                resume: resume,
                fail: fail,
                logger: logger
            )
        )
        let copies = SnapshotCoordinator(
            .init(
                warehouse: warehouse,
                log: log,
                tables: tables,
                decoder: decoder,
                applied: applied,
                observer: observer,
                options: options,
                hosts: hosts,
                resume: resume,
                fail: fail,
                logger: logger
            )
        )
        let checkpoints = CheckpointKeeper(
            .init(
                store: store,
                log: log,
                applied: applied,
                decoder: decoder,
                tables: tables,
                lag: lag,
                observer: observer,
                logger: logger
            )
        )
        let discovery = TableDiscovery(
            .init(
                warehouse: warehouse,
                log: log,
                tables: tables,
                decoder: decoder,
                waits: waits,
                hosts: hosts,
                observer: observer,
                options: options,
                logger: logger
            )
        )
        await tables.attach(decoder: decoder, copies: copies, discovery: discovery)
        self.decoder = decoder
        self.tables = tables
        self.writer = writer
        self.copies = copies
        self.checkpoints = checkpoints
        self.discovery = discovery
        self.lag = lag
        ddl = DDLApplier(
            log: log,
            tables: tables,
            writer: writer,
            checkpoints: checkpoints,
            hosts: hosts,
            observer: observer,
            logger: logger
        )
        heartbeat = options.heartbeat.map {
            HeartbeatMonitor($0, options: options, client: client, observer: observer, logger: logger)
        }
        pulse = StreamPulse(
            decoder: decoder,
            waits: waits,
            heartbeat: heartbeat,
            observer: observer,
            batchInterval: options.batchInterval
        )
        repair = RowRepair(
            warehouse: warehouse,
            log: log,
            tables: tables,
            decoder: decoder,
            applied: applied,
            waits: waits,
            hosts: hosts,
            batchBytes: options.batchBytes,
            logger: logger
        )
    }
}
