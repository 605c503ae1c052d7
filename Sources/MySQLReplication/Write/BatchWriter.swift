import ClickHouseClient
import LeatState
import Logging
import MySQLSchema
import Observability
import PipelineCore
import Tracing
import Warehouse

/// Writes the stream's batches, a few of them concurrently: claims their numbers in the stream's order, inserts their
/// rows however long ClickHouse is out of reach, acknowledges them.
actor BatchWriter {
    /// What a batch passes on its way.
    struct Surroundings: Sendable {
        let warehouse: Warehouse
        let log: BatchLog
        let tables: TableKeeper
        let decoder: StreamDecoder
        let completion: RowCompletion
        let observer: any ReplicationObserver
        let options: ReplicationOptions
        let unverified: UnverifiedTraces
        /// The source committed a batch's newest transaction then; the batch is in the warehouse.
        let written: @Sendable (_ commit: Int64, _ number: UInt64) async -> Void
        /// The source may be read further.
        let resume: @Sendable () async -> Void
        /// Something happened that no repeat cures.
        let fail: @Sendable (any Error) async -> Void
        let logger: Logger
    }

    /// Batches that are written concurrently.
    private static let writesMax = 3
    /// Refusals of unknown kind that a table may meet one after another: half a minute of them.
    static let refusalsMax = 8

    private let around: Surroundings
    private var writes: Set<UInt64> = []
    private var room: CheckedContinuation<Void, Never>?
    private var drained: [CheckedContinuation<Void, Never>] = []
    private var isEnding = false

    init(_ surroundings: Surroundings) { around = surroundings }

    /// Whether nothing is being written.
    var isIdle: Bool { writes.isEmpty }

    /// Claims a number for the batch and lets it be written concurrently with others; waits while there are enough of
    /// them. To be called by one task, in the stream's order.
    func dispatch(_ batch: OpenBatch) async throws {
        if writes.count >= Self.writesMax { await withCheckedContinuation { room = $0 } }
        let trace = BatchTrace(around.options.tracer, stream: batch, source: around.options.name)
        around.decoder.withdraw(from: batch)
        let number: UInt64
        if let defined = batch.number {
            number = defined
        } else {
            let claim = trace?.span("define")
            number = try await around.log.define(await definition(of: batch))
            claim?.end()
        }
        // A table that is stopped from here on is copied with higher numbers.
        around.decoder.withdraw(from: batch)
        trace?.setNumber(number)
        writes.insert(number)
        if let cut = batch.times.cut {
            if let started = batch.times.started { around.observer.passed(.receive, in: cut - started) }
            around.observer.passed(.decode, in: batch.times.decoding)
            around.observer.passed(.queue, in: .now - cut)
        }
        around.observer.idle(.queue)
        Task { await self.write(batch, number: number, trace) }
    }

    /// Waits until nothing that was dispatched is being written.
    func drain() async {
        if writes.isEmpty { return }
        await withCheckedContinuation { drained.append($0) }
    }

    /// The pipeline ends: nothing is tried again. What is in progress gets `limit`; what is left is replayed at the
    /// next start.
    func finish(within limit: Duration) async {
        isEnding = true
        let deadline = Task {
            try? await Task.sleep(for: limit)
            self.giveUp()
        }
        await drain()
        deadline.cancel()
    }

    private func giveUp() {
        for waiter in drained { waiter.resume() }
        drained = []
    }

    /// Apart from the actor, since hashing a large batch takes a while.
    @concurrent
    private nonisolated func definition(of batch: OpenBatch) async -> BatchDefinition {
        batch.definition(checksums: around.options.hasChecksums)
    }

    private func write(_ batch: OpenBatch, number: UInt64, _ trace: BatchTrace?) async {
        let started = ContinuousClock.now
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (name, rows) in batch.tables {
                    group.addTask { try await self.insert(rows, number: number, isReplay: batch.number != nil, trace) }
                    guard let incomplete = batch.incomplete[name], let mapping = batch.mapping(of: name) else {
                        continue
                    }
                    group.addTask {
                        try await self.complete(incomplete, of: mapping, number: number, isReplay: batch.number != nil)
                    }
                }
                try await group.waitForAll()
            }
            let acknowledgement = trace?.span("acknowledge")
            await around.log.acknowledge(number)
            acknowledgement?.end()
            trace?.end()
            if around.options.hasChecksums {
                around.unverified.add(trace, number: number, tables: batch.tables.keys)
            }
            await around.written(batch.times.newestCommit, number)
            around.observer.batchWritten(
                batch.tables.mapValues(\.changes),
                rows: Int(batch.rows),
                bytes: batch.byteCount,
                duration: ContinuousClock.now - started
            )
            around.observer.heartbeat(.insert)
        } catch {
            // The pipeline ends while the warehouse is out of reach: the batch is replayed at the next start. Anything
            // else ends the pipeline.
            trace?.end(error)
            if !isEnding, !(error is CancellationError) { await around.fail(error) }
        }
        writes.remove(number)
        room?.resume()
        room = nil
        if writes.isEmpty { giveUp() }
        if around.decoder.release(bytes: batch.heldBytes) { await around.resume() }
    }

    /// Writes rows however long the warehouse is out of reach; stops the table where it refuses them.
    ///
    /// - Parameter isReplay: whether an earlier process may have written them.
    private nonisolated func insert(
        _ rows: RowBatch,
        number: UInt64,
        isReplay: Bool,
        _ trace: BatchTrace?
    ) async throws {
        var pause = Backoff()
        var refusals = 0
        var logger = around.logger
        logger[metadataKey: "batch"] = .stringConvertible(number)
        logger[metadataKey: "table"] = "\(rows.table.database).\(rows.table.name)"
        if let trace = trace?.traceID { logger[metadataKey: "trace"] = "\(trace)" }
        while true {
            let insert = trace?.insert(into: rows.table, rows: rows.rows, bytes: rows.byteCount)
            do {
                let started = ContinuousClock.now
                // Of versions of rows that have a key the newest counts, in whatever order they were sent again.
                var isThere = false
                if isReplay, rows.table.isMultiset {
                    isThere = try await around.warehouse.holds(batch: number, of: rows.table)
                }
                if !isThere { try await around.warehouse.insert(rows, asBatch: number) }
                around.observer.inserted(in: .now - started)
                insert?.end()
                return
            } catch {
                insert?.end(error)
                // A lost right or a password is not the table's fault, and may come back.
                if let error = error as? ClickHouseError, !error.isTransient, error.isRefusal || error.code == .server {
                    refusals += 1
                    // What the server says for good counts immediately; an error that nobody has classified may pass.
                    if error.isRefusal || refusals >= Self.refusalsMax {
                        try await around.tables.refuse(rows.table, batch: number) { Self.refusal(of: $0, error) }
                        return
                    }
                }
                around.observer.failed(.retry, stage: .insert, error)
                logger.warning("insert failed; retrying", metadata: ["error": "\(error)"])
                if await isEnding { throw error }
                try await Task.sleep(for: pause.next())
            }
        }
    }

    /// Reads rows again of which the binlog has only some columns, however long the source is out of reach; stops the
    /// table where that cannot be done.
    private nonisolated func complete(
        _ rows: RowBatch,
        of mapping: TableMapping,
        number: UInt64,
        isReplay: Bool
    ) async throws {
        var pause = Backoff()
        var attempt = 0
        while true {
            do {
                try await around.completion.complete(
                    rows,
                    of: mapping,
                    asBatch: number,
                    isReplay: isReplay,
                    attempt: attempt
                )
                return
            } catch let refusal as TableRefusal {
                try await around.tables.refuse(rows.table, batch: number) { _ in refusal }
                return
            } catch let error as ClickHouseError where error.isRefusal {
                try await around.tables.refuse(rows.table, batch: number) { Self.refusal(of: $0, error) }
                return
            } catch {
                around.observer.failed(.retry, stage: .insert, error)
                around.logger.warning(
                    "rows could not be completed; retrying",
                    metadata: ["table": "\(mapping.definition.name)", "error": "\(error)"]
                )
                if await isEnding { throw error }
                attempt += 1
                // Stopped meanwhile: nobody needs the rows any more.
                if await around.tables.entry(mapping.definition.name)?.isFollowed != true { return }
                try await Task.sleep(for: pause.next())
            }
        }
    }

    static func refusal(of table: TableName, _ error: ClickHouseError) -> TableRefusal {
        TableRefusal(cause: "ClickHouse refused its rows: \(error)", remedy: "leat tables resync \(table)")
    }
}
