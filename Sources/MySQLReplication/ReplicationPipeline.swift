import ClickHouseClient
import LeatState
import Logging
import MySQLClient
import MySQLProtocol
import MySQLSchema
import Pipeline

/// One MySQL source on its way into ClickHouse: takes a consistent copy of its tables and follows every change.
///
/// The pieces: ``StreamDecoder`` (binlog → batches), ``TableCopier`` (key ranges → batches), ``BatchLog`` (numbers and
/// acknowledgements), ``Warehouse`` (inserts). This actor puts them in order; nothing here runs once a row.
public actor ReplicationPipeline {
    /// A table and what is being done with it.
    struct Table {
        var state: TableState
        var mapping: TableMapping?
        var copier: TableCopier?
        var copy: Task<Void, Never>?
        /// Ranges claimed before a crash that have to be read again under their number.
        var unacknowledgedRanges: [BatchDefinition] = []
    }

    let options: ReplicationOptions
    let client: ClickHouseClient
    let warehouse: Warehouse
    let store: StateStore
    let observer: any ReplicationObserver
    let logger: Logger
    let log: BatchLog
    let hosts: SourceHosts
    let follower: BinlogFollower
    let applied: AppliedPosition
    let unverified = UnverifiedTraces()

    var tables: [TableName: Table] = [:]
    var decoder: StreamDecoder?
    var writes: Set<UInt64> = []
    var failure: (any Error)?
    var sourcePosition = GTIDSet()
    /// When the source committed the newest transaction of a batch, in microseconds since 1970, until the batch and all
    /// before it are in the warehouse.
    var commits: [UInt64: Int64] = [:]
    var freshness = SourceFreshness(completeAt: 0)
    var replica = ReplicaFreshness()
    var runway = BinlogRunway()
    /// When ClickHouse has answered last, whatever it was asked.
    var warehouseSeenAt = ContinuousClock.now
    var lagSeconds = 0.0
    /// When the newest heartbeat row was written that the stream, or the warehouse, has: seconds since 1970, 0 if none.
    var heartbeatReceived = 0.0
    var heartbeatInserted = 0.0
    /// Both sides were checked, and all tables are known.
    public internal(set) var isStarted = false
    /// Tables whose state the warehouse has not taken yet.
    var unsaved: Set<TableName> = []
    /// One copy at a time: the copies share the connections' budget.
    var copyQueue: Task<Void, Never>?

    /// - Parameter client: of the warehouse; stays the caller's to shut down.
    public init(
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
        follower = BinlogFollower(hosts: hosts, observer: observer, logger: logger)
        let applied = AppliedPosition(position: GTIDSet(), acknowledged: 0)
        self.applied = applied
        log = BatchLog(client: client, pipeline: options.name, owner: owner, logger: logger) { positions, number in
            applied.advance(positions: positions, acknowledged: number)
        }
    }

    /// The name that its state in the warehouse goes by.
    public nonisolated var name: String { options.name }

    /// What the warehouse shows of a table was compared, and is what all batches up to `number` have made of it.
    public nonisolated func confirm(_ table: String, upTo number: UInt64) { unverified.confirm(table, upTo: number) }

    /// The server that is read from now.
    var endpoint: MySQLEndpoint { hosts.current }

    /// Runs until the task is cancelled, which ends it cleanly.
    ///
    /// - Throws: ``PipelineError`` and client errors for what keeps the pipeline from starting; while it runs, only what
    ///   no waiting can mend.
    public func run() async throws {
        try await start()
        guard let decoder else { return }
        isStarted = true
        warehouseSeenAt = .now
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.follow(decoder) }
            group.addTask { await self.consume(decoder) }
            group.addTask { await self.cut(decoder) }
            group.addTask { await self.monitor() }
            group.addTask { await self.watchSource() }
            group.addTask { await self.watchWarehouse() }
            group.addTask { await self.watchLag() }
            if let heartbeat = options.heartbeat {
                group.addTask { await self.writeHeartbeats(heartbeat) }
                group.addTask { await self.readHeartbeats(heartbeat) }
            }
            // The first to end ends all: cancellation, or a failure that no retry mends.
            await group.next()
            group.cancelAll()
            decoder.finish()
            await follower.stop()
            await stopCopies()
            await group.waitForAll()
        }
        // In a task of its own, since this one is cancelled by now.
        await Task {
            await finishWrites(within: .seconds(10))
            await saveCheckpoint()
        }.value
        if let failure { throw failure }
    }

    /// Ends the pipeline with an error that nothing here can mend.
    func fail(_ error: any Error) {
        if failure == nil { failure = error }
        observer.failed(.stop, stage: .source, message: "\(error)")
        logger.error("the pipeline stops", metadata: ["error": "\(error)"])
    }

    // MARK: Following the binlog

    private func follow(_ decoder: StreamDecoder) async {
        do {
            try await follower.follow(decoder)
        } catch {
            fail(error)
        }
    }

    private func cut(_ decoder: StreamDecoder) async {
        let step = min(options.batchInterval / 4, .milliseconds(50))
        var toldAt = ContinuousClock.now
        while !Task.isCancelled, failure == nil {
            decoder.cutIfDue()
            if ContinuousClock.now - toldAt >= .milliseconds(200) {
                toldAt = .now
                let counts = decoder.takeCounts()
                observer.streamed(counts)
                if counts.isAlive { observer.heartbeat(.receive) }
                if counts.heartbeatCommit > 0 { heartbeatReceived = Double(counts.heartbeatCommit) / 1_000_000 }
            }
            try? await Task.sleep(for: max(step, .milliseconds(5)))
        }
    }

    private func consume(_ decoder: StreamDecoder) async {
        do {
            for await item in decoder.items {
                if Task.isCancelled || failure != nil { return }
                switch item {
                case .batch(let batch): try await dispatch(batch, decoder)
                case .progress(let transactions, let commit):
                    applied.add(transactions, after: await log.last)
                    noteCommit(commit, ofBatch: await log.last)
                case .refused(let table, let refusal): await quarantine(table, refusal)
                case .barrier(let barrier):
                    try await carryOut(barrier)
                    try decoder.endBarrier()
                    follower.resume()
                }
            }
        } catch {
            // Clients have errors of their own for what was cancelled.
            if !Task.isCancelled { fail(error) }
        }
    }

    /// Claims a number for the batch and lets it be written beside others.
    private func dispatch(_ batch: OpenBatch, _ decoder: StreamDecoder) async throws {
        while writes.count >= 3 { try await Task.sleep(for: .milliseconds(2)) }
        let trace = BatchTrace(options.tracer, stream: batch, source: options.name)
        let number: UInt64
        if let defined = batch.number {
            number = defined
        } else {
            let claim = trace?.span("define")
            number = try await log.define(await definition(of: batch))
            claim?.end()
        }
        trace?.setNumber(number)
        writes.insert(number)
        if let cut = batch.cutAt {
            if let started = batch.startedAt { observer.passed(.receive, in: cut - started) }
            observer.passed(.decode, in: batch.decodeTime)
            observer.passed(.queue, in: .now - cut)
        }
        observer.idle(.queue)
        Task { await self.write(batch, number: number, decoder, trace) }
    }

    /// Apart from the actor, since hashing a large batch takes a while.
    @concurrent
    private nonisolated func definition(of batch: OpenBatch) async -> BatchDefinition {
        batch.definition(checksums: options.hasChecksums)
    }

    private func write(_ batch: OpenBatch, number: UInt64, _ decoder: StreamDecoder, _ trace: BatchTrace?) async {
        let started = ContinuousClock.now
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for rows in batch.tables.values {
                    group.addTask { try await self.write(rows, number: number, trace) }
                }
                try await group.waitForAll()
            }
            let acknowledgement = trace?.span("acknowledge")
            await log.acknowledge(number)
            acknowledgement?.end()
            trace?.end()
            if options.hasChecksums { unverified.add(trace, number: number, tables: batch.tables.keys) }
            noteCommit(batch.newestCommit, ofBatch: number)
            warehouseSeenAt = .now
            observer.batchWritten(
                batch.tables.mapValues(\.changes),
                rows: Int(batch.rows),
                bytes: batch.byteCount,
                duration: ContinuousClock.now - started
            )
            observer.heartbeat(.insert)
        } catch {
            // Cancelled while the warehouse was out of reach: the batch is replayed at the next start.
            trace?.end(error)
        }
        writes.remove(number)
        if decoder.release(bytes: batch.sourceBytes) { follower.resume() }
    }

    /// Waits until nothing that was dispatched is still being written, but not for long: what is left is replayed.
    private func finishWrites(within limit: Duration) async {
        isEnding = true
        let deadline = ContinuousClock.now + limit
        while !writes.isEmpty, ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(20)) }
    }

    /// Writes rows however long the warehouse is out of reach; quarantines the table where it refuses them.
    nonisolated func write(_ rows: RowBatch, number: UInt64, _ trace: BatchTrace? = nil) async throws {
        var pause = Backoff()
        var refusals = 0
        var logger = logger
        logger[metadataKey: "batch"] = .stringConvertible(number)
        logger[metadataKey: "table"] = "\(rows.table.database).\(rows.table.name)"
        if let trace = trace?.traceID { logger[metadataKey: "trace"] = "\(trace)" }
        while true {
            let insert = trace?.insert(into: rows.table, rows: rows.rows, bytes: rows.byteCount)
            do {
                let started = ContinuousClock.now
                try await warehouse.insert(rows, asBatch: number)
                observer.inserted(in: .now - started)
                insert?.end()
                return
            } catch {
                insert?.end(error)
                // A lost right or a password is not the table's fault, and may come back.
                if let error = error as? ClickHouseError, !error.isTransient, error.isRefusal || error.code == .server {
                    refusals += 1
                    // What the server says for good counts at once; an error that nobody has classified may pass.
                    if error.isRefusal || refusals >= Self.refusalsMax {
                        let name = TableName(database: rows.table.database, table: rows.table.name)
                        await refuseWrite(warehouseName: name, error)
                        return
                    }
                }
                observer.failed(.retry, stage: .insert, message: "\(error)")
                logger.warning("the warehouse did not take a batch, trying again", metadata: ["error": "\(error)"])
                if await isEnding { throw error }
                try await Task.sleep(for: pause.next())
            }
        }
    }

    /// Refusals of unknown kind that a table may meet one after another: half a minute of them.
    static let refusalsMax = 8

    /// The pipeline ends: nothing is tried again.
    private var isEnding = false

    private func refuseWrite(warehouseName: TableName, _ error: ClickHouseError) async {
        let source = tables.first { entry in
            entry.value.mapping?.warehouse.database == warehouseName.database
                && entry.value.mapping?.warehouse.name == warehouseName.table
        }
        guard let source else { return }
        await quarantine(source.key, Self.refusal(of: source.key, error))
    }

    static func refusal(of table: TableName, _ error: ClickHouseError) -> TableRefusal {
        TableRefusal(cause: "ClickHouse refused its rows: \(error)", remedy: "leat tables resync \(table)")
    }
}

/// Waits that double from 100 ms to 10 s.
struct Backoff {
    private var attempt = 0

    mutating func next() -> Duration {
        defer { attempt += 1 }
        let milliseconds = min(10_000, 100 << min(attempt, 7))
        return .milliseconds(milliseconds + Int.random(in: 0...milliseconds / 4))
    }

    mutating func reset() { attempt = 0 }
}
