import MySQLClient
import MySQLProtocol
import MySQLSchema
import NIOConcurrencyHelpers
import Warehouse

/// One key range on its way: takes its rows off the connection, decodes them straight into columns, and hands them in
/// blocks to the inserts that are in progress meanwhile. Asks for a pause when too many blocks wait, so that a range of
/// any size passes in bounded memory.
///
/// Filled by the connection's event loop; ended by ``finish()`` or ``fail(_:)``; emptied by one insert after the other.
final class RangeConsumer: PacketConsumer, RowSource, @unchecked Sendable {
    // Sendable because the variables of the event loop are only touched by it, and by `finish()` once it is done; the
    // others only under `lock`.

    struct Limits: Sendable {
        /// A block is handed over when its rows took this many bytes on the wire.
        var blockBytes: Int
        /// An insert ends after this many bytes: the server holds all of it until then.
        var insertBytes: Int
        /// Blocks that wait at most.
        var waiting = 2
    }

    /// Shared between the event loop and the inserts.
    private struct Shared {
        var full: [RowBatch] = []
        var isPaused = false
        var hasEnded = false
        var failure: (any Error)?
        /// Bytes that the open insert has.
        var insertBytes = 0
        var isCutDue = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let table: TableName
    private let limits: Limits
    private let pool: RowBatchPool
    private let decoder: TextRowDecoder
    /// Microseconds since 1970 that the rows carry as `_committed_at`: when the range was read.
    let readAt: Int64
    private let resume: @Sendable () -> Void
    private let lock = NIOLockedValueBox(Shared())

    // The event loop's.
    private var rows: RowBatch
    private var ordinal: UInt64
    private var wireBytes = 0
    private var earlierBytes = 0

    /// - Parameters:
    ///   - firstOrdinal: the number of the first row within the batch.
    ///   - resume: lets the connection continue after a pause.
    init(
        mapping: TableMapping,
        limits: Limits,
        pool: RowBatchPool,
        readAt: Int64,
        firstOrdinal: UInt64 = 0,
        resume: @escaping @Sendable () -> Void
    ) throws(ColumnValueError) {
        decoder = try TextRowDecoder(types: mapping.types, nullable: mapping.warehouse.columns.map(\.isNullable))
        table = mapping.definition.name
        self.limits = limits
        self.pool = pool
        self.readAt = readAt
        self.resume = resume
        ordinal = firstOrdinal
        rows = pool.take()
    }

    // MARK: Filling

    func consume(_ payload: UnsafeRawBufferPointer) throws -> ReadDemand {
        guard ordinal < UInt64(RowVersion.rowsMax) else {
            // A version has no more room for the row's number, and would run into those of the next batch.
            throw TableCopier.Interruption.refused(
                TableRefusal(
                    cause: "one key range of its copy has grown to more than \(RowVersion.rowsMax) rows",
                    remedy: "leat tables resync \(table)"
                )
            )
        }
        let rows = rows
        try decoder.decode(payload, into: rows.columns)
        rows.finishRow(ordinal: ordinal, isDeleted: false, committedAt: readAt)
        ordinal &+= 1
        wireBytes &+= payload.count
        return wireBytes < limits.blockBytes ? .more : handOver()
    }

    @inline(never)
    private func handOver() -> ReadDemand {
        let (demand, waiters) = lock.withLockedValue { shared -> (ReadDemand, [CheckedContinuation<Void, Never>]) in
            guard shared.full.count < limits.waiting else {
                // A row that arrives nevertheless, after a late `resume`, still has its place.
                shared.isPaused = true
                return (.pause, [])
            }
            shared.full.append(rows)
            rows = pool.take()
            earlierBytes &+= wireBytes
            wireBytes = 0
            defer { shared.waiters = [] }
            return (.more, shared.waiters)
        }
        for waiter in waiters { waiter.resume() }
        return demand
    }

    /// All rows are here. Call when the connection has nothing more for this range.
    func finish() {
        wake { shared in
            if rows.rows > 0 { shared.full.append(rows) }
            shared.hasEnded = true
        }
    }

    /// The rows are worth nothing, or nobody takes them any more. The first reason counts.
    func fail(_ error: any Error) {
        wake { shared in
            if shared.failure == nil { shared.failure = error }
            shared.full = []
        }
    }

    /// Why the range failed.
    var failure: (any Error)? { lock.withLockedValue { $0.failure } }

    /// Rows read in all.
    var count: UInt64 { ordinal }

    /// Bytes of the rows as the source sent them. Call once all have been read.
    var bytes: Int { earlierBytes &+ wireBytes }

    // MARK: Emptying

    /// Waits for rows; false once all have been taken.
    func hasMore() async throws -> Bool {
        while true {
            try Task.checkCancellation()
            let answer = try lock.withLockedValue { shared -> Bool? in
                if let failure = shared.failure { throw failure }
                if !shared.full.isEmpty { return true }
                return shared.hasEnded ? false : nil
            }
            if let answer { return answer }
            await wait { $0.failure != nil || $0.hasEnded || !$0.full.isEmpty }
        }
    }

    func next() async throws -> RowBatch? {
        while true {
            try Task.checkCancellation()
            let (rows, isOver, wasPaused) = try lock.withLockedValue { shared -> (RowBatch?, Bool, Bool) in
                if let failure = shared.failure { throw failure }
                if shared.insertBytes >= limits.insertBytes || (shared.isCutDue && shared.insertBytes > 0) {
                    shared.insertBytes = 0
                    shared.isCutDue = false
                    return (nil, true, false)
                }
                guard !shared.full.isEmpty else { return (nil, shared.hasEnded, false) }
                let rows = shared.full.removeFirst()
                shared.insertBytes += rows.byteCount
                defer { shared.isPaused = false }
                return (rows, false, shared.isPaused)
            }
            if wasPaused { resume() }
            if rows != nil || isOver { return rows }
            await wait { $0.failure != nil || $0.hasEnded || $0.isCutDue || !$0.full.isEmpty }
        }
    }

    func giveBack(_ rows: RowBatch) { pool.giveBack(rows) }

    /// Ends the open insert where it is: the server does not wait long for the rest of a statement.
    func cutInsert() { wake { $0.isCutDue = $0.insertBytes > 0 } }

    private func wake(_ change: (inout Shared) -> Void) {
        let waiters = lock.withLockedValue { shared in
            change(&shared)
            defer { shared.waiters = [] }
            return shared.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Until the state changes in any way or the task is cancelled; returns immediately where `isReady`.
    private func wait(unless isReady: (Shared) -> Bool) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let isAtOnce = lock.withLockedValue { shared in
                    if isReady(shared) || Task.isCancelled { return true }
                    shared.waiters.append(waiter)
                    return false
                }
                if isAtOnce { waiter.resume() }
            }
        } onCancel: {
            wake { _ in }
        }
    }
}
