import ClickHouseClient
import LeatState
import Logging
import MySQLClient
import MySQLProtocol
import MySQLSchema
import Observability
import PipelineCore
import Warehouse

/// One MySQL source on its way into ClickHouse: takes a consistent copy of its tables and follows every change.
///
/// The parts: ``StreamDecoder`` (binlog → batches), ``BatchWriter`` (batches → ClickHouse), ``SnapshotCoordinator``
/// (key ranges → batches), ``BatchLog`` (numbers and acknowledgements), ``TableLifecycle`` (what each table is in, and
/// what an event makes of it) behind ``TableKeeper``, ``DDLApplier``, ``TableDiscovery``, ``LagMonitor``. This actor
/// puts them together and runs them; nothing here runs once a row.
package actor ReplicationPipeline: SourcePipeline {
    private let options: ReplicationOptions
    private let client: ClickHouseClient
    private let warehouse: Warehouse
    private let store: StateStore
    private let observer: any ReplicationObserver
    private let logger: Logger
    private let log: BatchLog
    private nonisolated let hosts: SourceHosts
    private let admission: HostAdmission
    private let follower: BinlogFollower
    private let applied: AppliedPosition
    private let waits: ConditionWaits
    private let unverified = UnverifiedTraces()
    private var parts: PipelineParts?
    private var failure: (any Error)?
    /// Both sides were checked, and all tables are known.
    package private(set) var isStarted = false

    /// - Parameter client: of the warehouse; stays the caller's to shut down.
    package init(
        options: ReplicationOptions,
        client: ClickHouseClient,
        observer: any ReplicationObserver = SilentObserver(),
        owner: String,
        logger: Logger
    ) {
        var logger = logger
        logger[metadataKey: "pipeline"] = "\(options.name)"
        self.options = options
        self.client = client
        self.observer = observer
        self.logger = logger
        warehouse = Warehouse(client: client, pipeline: options.name, isDurable: options.isDurable)
        store = StateStore(client: client, pipeline: options.name)
        hosts = SourceHosts(options.hosts)
        let carried = CarriedTransactions(records: BatchRecords(client: client, pipeline: options.name))
        admission = HostAdmission(
            carried: { try await carried.among($0) },
            observer: observer,
            logger: logger
        )
        let waits = ConditionWaits()
        self.waits = waits
        follower = BinlogFollower(
            hosts: hosts,
            admission: admission,
            waits: waits,
            observer: observer,
            logger: logger
        )
        let applied = AppliedPosition(position: GTIDSet(), acknowledged: 0)
        self.applied = applied
        log = BatchLog(client: client, pipeline: options.name, owner: owner, logger: logger) { positions, number in
            applied.advance(positions: positions, acknowledged: number)
        }
    }

    /// The name that its state in the warehouse goes by.
    package nonisolated var name: String { options.name }

    /// The server that the pipeline reads from now.
    package nonisolated var followedHost: MySQLEndpoint { hosts.current }

    /// What the warehouse shows of a table was compared, and is what all batches up to `number` have made of it.
    package nonisolated func confirm(_ table: String, upTo number: UInt64) { unverified.confirm(table, upTo: number) }

    /// Runs until the task is cancelled, which ends it cleanly.
    ///
    /// - Throws: ``PipelineError`` and client errors for what keeps the pipeline from starting; while it runs, only
    ///   what
    ///   no waiting can cure.
    package func run() async throws {
        try await Warehouse.requireWritable(client)
        let start = PipelineStart(
            options: options,
            hosts: hosts,
            admission: admission,
            log: log,
            store: store,
            applied: applied,
            logger: logger
        )
        let found = try await start.recover()
        let parts = await assemble(found)
        self.parts = parts
        try await start.restore(found, parts, warehouse)
        await run(parts)
        if let failure { throw failure }
    }

    private func run(_ parts: PipelineParts) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.ending { try await self.follower.follow(parts.decoder) } }
            group.addTask { await self.ending { try await self.consume(parts) } }
            group.addTask { await self.ending { try await parts.pulse.run() } }
            group.addTask { await self.ending { try await parts.checkpoints.run() } }
            group.addTask { await self.ending { try await parts.discovery.run { await self.started() } } }
            group.addTask { await parts.lag.run() }
            if let heartbeat = parts.heartbeat { group.addTask { await heartbeat.run() } }
            await parts.copies.begin()
            // The first to end ends all: cancellation, or a failure that no retry cures.
            await group.next()
            group.cancelAll()
            parts.decoder.finish()
            await follower.stop()
            await parts.copies.end()
            await group.waitForAll()
        }
        // In a task of its own, since this one is cancelled by now.
        await Task {
            await parts.writer.finish(within: .seconds(10))
            await parts.checkpoints.save()
        }.value
    }

    private func started() {
        isStarted = true
        observer.started()
    }

    /// Ends the pipeline with what `body` throws.
    private func ending(_ body: @Sendable () async throws -> Void) async {
        do {
            try await body()
        } catch {
            // Clients have errors of their own for what was cancelled.
            if !Task.isCancelled { fail(error) }
        }
    }

    /// Ends the pipeline with an error that nothing here can cure.
    private func fail(_ error: any Error) {
        guard failure == nil, !(error is CancellationError) else { return }
        failure = error
        observer.failed(.stop, stage: .source, error)
        logger.error("the pipeline stops", metadata: ["error": "\(error)"])
        parts?.decoder.finish()
    }

    private func assemble(_ found: PipelineStart.Found) async -> PipelineParts {
        let (lifecycle, options) = (
            TableLifecycle(
                isWanted: options.isWanted,
                warehouseDatabase: options.warehouseDatabase,
                carriesDatesAsText: options.carriesDatesAsText,
                rebuilds: options.rebuilds
            ), options
        )
        return await PipelineParts(
            lifecycle,
            found,
            options: options,
            client: client,
            warehouse: warehouse,
            store: store,
            log: log,
            hosts: hosts,
            applied: applied,
            waits: waits,
            unverified: unverified,
            observer: observer,
            resume: { [follower] in follower.resume() },
            fail: { await self.fail($0) },
            logger: logger
        )
    }

    // MARK: The stream

    private func consume(_ parts: PipelineParts) async throws {
        for await item in parts.decoder.items {
            if Task.isCancelled || failure != nil { return }
            switch item {
            case .batch(let batch): try await parts.writer.dispatch(batch)
            case .progress(let transactions, let commit):
                let last = await log.last
                applied.add(transactions, after: last)
                await parts.lag.noteCommit(commit, ofBatch: last)
            case .refused(let table, let refusal): try await parts.tables.perform(.refused(table, refusal))
            case .unannounced(let table):
                let cause = "its rows came through the binlog, and its CREATE TABLE did not"
                try await parts.tables.perform(.appeared(table, cause: cause, number: nil))
                parts.discovery.look()
            case .barrier(let barrier):
                try await parts.ddl.perform(barrier)
                try parts.decoder.endBarrier()
                follower.resume()
                if await !parts.tables.current.toAdopt.isEmpty { parts.discovery.look() }
            }
        }
    }

    // MARK: Orders

    /// Copies a table again in place: rows that the source no longer has get a tombstone at the end. Ends a quarantine
    /// and a pause.
    ///
    /// - Throws: ``PipelineError`` if there is no such table, or it cannot be followed.
    package func resync(_ table: String) async throws { try await orders(table).resync() }

    /// Stops following a table until it is resumed, which copies it again.
    ///
    /// - Throws: ``PipelineError`` if there is no such table.
    package func pause(_ table: String) async throws { try await orders(table).pause() }

    /// Ends a pause.
    ///
    /// - Throws: ``PipelineError`` if the table is not paused, or cannot be copied.
    package func resume(_ table: String) async throws { try await orders(table).resume() }

    /// Removes what is known of a table that the source does not have any more. Its view is removed, its rows are kept
    /// under another name.
    ///
    /// - Throws: ``PipelineError`` if there is no such table, or the source still has it.
    package func forget(_ table: String) async throws { try await orders(table).forget() }

    /// Reads single rows again at the source and writes them with a newer version, as the copy of a range does; those
    /// that the source does not have are removed.
    ///
    /// - Parameters:
    ///   - table: as the source calls it.
    ///   - foreignVersions: versions of these rows that Leat has not written; they are taken out first, since nothing
    ///     new
    ///     might win against them.
    /// - Returns: how many rows the source had.
    /// - Throws: ``PipelineError`` if the table is not being streamed, or cannot be read now.
    package func repair(_ table: String, keys: [RowKey], foreignVersions: [UInt64]) async throws -> UInt64 {
        try await orders(table).repair(keys: keys, foreignVersions: foreignVersions)
    }

    private func orders(_ table: String) throws -> TableOrders {
        guard let parts else {
            throw PipelineError(
                .precondition,
                "the pipeline `\(options.name)` is starting and does not know its tables yet",
                remedy: "try again once leat status shows it as running"
            )
        }
        guard let name = TableName(parsing: table) else { throw TableOrders.unknown(table, in: options.name) }
        return TableOrders(name: name, parts: parts, log: log, options: options)
    }
}
