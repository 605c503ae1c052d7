import ColumnarBytes
import MySQLClient
import MySQLProtocol
import MySQLSchema
import NIOConcurrencyHelpers
import PipelineCore
import Warehouse

/// Turns binlog events into batches, on the connection's event loop: decodes rows straight into columns, keeps
/// transactions together, cuts batches by rows, bytes and time, and holds the source back when the warehouse is slower.
///
/// Outlives connections: after a break the stream continues after the last complete transaction, and rows of an
/// unfinished one that were taken already are skipped.
final class StreamDecoder: PacketConsumer, @unchecked Sendable {
    // Sendable because `state` is only touched under `lock`; Mutex cannot take in the borrowed bytes of an event.

    struct Limits: Sendable {
        var rows: Int
        var bytes: Int
        var interval: Duration
        /// Bytes that may be waiting for the warehouse before the source is held back.
        var outstandingBytes: Int
        /// Whether batches say what they do to the tables' checksums, which takes reading rows as they were, too.
        var hasChecksums = false
    }

    let items: AsyncStream<StreamItem>
    private let output: AsyncStream<StreamItem>.Continuation
    private let lock = NIOLock()
    private var state: StreamState
    private var failures = StreamFailures()

    /// - Parameters:
    ///   - received: everything that is in the warehouse already.
    ///   - plan: batches that were defined before a crash.
    ///   - heartbeat: the table of heartbeat rows.
    ///   - foldsNames: whether the source folds names (`lower_case_table_names=1`).
    init(
        limits: Limits,
        received: GTIDSet,
        plan: ReplayPlan,
        heartbeat: TableName? = nil,
        foldsNames: Bool = false,
        isWanted: @escaping @Sendable (TableName) -> Bool
    ) {
        (items, output) = AsyncStream.makeStream(of: StreamItem.self)
        state = StreamState(
            limits: limits,
            received: received,
            plan: plan,
            heartbeat: heartbeat,
            foldsNames: foldsNames,
            isWanted: isWanted
        )
    }

    func consume(_ payload: UnsafeRawBufferPointer) throws -> ReadDemand { try consume(payload, in: nil) }

    func consume(_ payload: UnsafeRawBufferPointer, in storage: GrowableBytes?) throws -> ReadDemand {
        try handle { state throws in try state.take(payload, in: storage) }
    }

    func continueAfterPause() throws -> ReadDemand { try handle { state throws in try state.resume() } }

    private func handle(_ body: (inout StreamState) throws -> Void) throws -> ReadDemand {
        let (emitted, demand) = try lock.withLock {
            do {
                try body(&state)
            } catch {
                throw failures.note(error, received: state.received)
            }
            return (state.takeEmitted(), state.isBlocked ? ReadDemand.pause : .more)
        }
        for item in emitted { output.yield(item) }
        return demand
    }

    /// Prepares for a new connection.
    ///
    /// - Returns: the transactions that the source need not send.
    func reconnect() -> GTIDSet {
        lock.withLock {
            state.forgetConnection()
            return state.received
        }
    }

    /// Everything that is in a batch, is about to be, or will be replayed into one.
    var seen: GTIDSet { lock.withLock { state.seen } }

    /// XA transactions that were received and whose outcome is not known: no batch has them, and nothing of them is to
    /// be seen at the source either. Whoever compares positions adds them.
    var prepared: GTIDSet { lock.withLock { state.prepared } }

    /// What a host must have for the stream to continue there.
    var needs: StreamNeeds { lock.withLock { state.needs } }

    /// All transactions that were received whole.
    var received: GTIDSet { lock.withLock { state.received } }

    /// Whether the stream has come to a position, and every statement up to there is carried out. Of prepared
    /// transactions nothing shows at the source, and nothing is waited for.
    func hasCarriedOut(_ position: GTIDSet) -> Bool {
        lock.withLock { !state.isInBarrier && state.received.union(state.prepared).isSuperset(of: position) }
    }

    /// Whether the stream may not continue now: a barrier is being carried out, or too much waits for the warehouse.
    var isBlocked: Bool { lock.withLock { state.isBlocked } }

    /// Whether a statement was handed over and is not carried out yet.
    var isInBarrier: Bool { lock.withLock { state.isInBarrier } }

    /// Whether nothing that was handed over waits for the warehouse.
    var isIdle: Bool { lock.withLock { state.isIdle } }

    /// Cuts the batch if its oldest row has waited long enough and no transaction is half in it.
    func cutIfDue(_ now: ContinuousClock.Instant = .now) {
        let emitted = lock.withLock {
            state.cutIfDue(now)
            return state.takeEmitted()
        }
        for item in emitted { output.yield(item) }
    }

    /// Takes rows out of a batch that were decoded before their table was stopped; see ``StreamState/withdraw(from:)``.
    func withdraw(from batch: OpenBatch) { lock.withLock { state.withdraw(from: batch) } }

    /// The warehouse has taken a batch of that many bytes.
    ///
    /// - Returns: whether the source may resume where it could not before.
    func release(bytes: Int) -> Bool {
        lock.withLock {
            let wasBlocked = state.isBlocked
            state.release(bytes: bytes)
            return wasBlocked && !state.isBlocked
        }
    }

    /// What came since the last call.
    func takeCounts() -> StreamCounts { lock.withLock { state.takeCounts() } }

    /// Ends a barrier. The connection has to be resumed: what was held is handled there.
    func endBarrier() throws { lock.withLock { state.leaveBarrier() } }

    /// Lets the stream stand still, so that what it has received stays what it is, or continue. Then the connection has
    /// to be resumed: what came meanwhile is handled there.
    func hold(_ isHeld: Bool) { lock.withLock { state.hold(isHeld) } }

    /// Decodes a table's rows from here on, but for those of transactions that its copy has seen.
    ///
    /// - Parameter uncertain: as in ``StreamState/follow(_:passingOver:uncertain:)``.
    /// - Returns: all transactions that were received whole before.
    @discardableResult
    func follow(
        _ mapping: TableMapping,
        passingOver transactions: GTIDSet = GTIDSet(),
        uncertain: GTIDSet = GTIDSet()
    ) -> GTIDSet {
        lock.withLock {
            state.follow(mapping, passingOver: transactions, uncertain: uncertain)
            return state.received
        }
    }

    /// Leaves a table out from here on, and out of batches that are not written yet.
    func stop(_ table: TableName, asQuarantined isQuarantined: Bool) {
        lock.withLock { state.stop(table, asQuarantined: isQuarantined) }
    }

    func finish() { output.finish() }
}
