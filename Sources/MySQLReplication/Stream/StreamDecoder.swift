import MySQLClient
import MySQLProtocol
import MySQLSchema
import NIOConcurrencyHelpers
import Pipeline

/// Turns binlog events into batches, on the connection's event loop: decodes rows straight into columns, keeps
/// transactions together, cuts batches by rows, bytes and time, and holds the source back when the warehouse is slower.
///
/// Outlives connections: after a break the stream goes on behind the last complete transaction, and rows of an unfinished
/// one that were taken already are skipped.
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

    /// - Parameters:
    ///   - received: everything that is in the warehouse already.
    ///   - plan: batches that were defined before a crash.
    ///   - heartbeat: the table of heartbeat rows.
    init(
        limits: Limits,
        received: GTIDSet,
        plan: ReplayPlan,
        heartbeat: TableName? = nil,
        isWanted: @escaping @Sendable (TableName) -> Bool
    ) {
        (items, output) = AsyncStream.makeStream(of: StreamItem.self)
        state = StreamState(limits: limits, received: received, plan: plan, heartbeat: heartbeat, isWanted: isWanted)
    }

    func consume(_ payload: UnsafeRawBufferPointer) throws -> ReadDemand {
        let (emitted, demand) = try lock.withLock {
            try state.take(payload)
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

    /// What a host must have for the stream to continue there.
    var needs: StreamNeeds { lock.withLock { state.needs } }

    /// All transactions that were received whole.
    var received: GTIDSet { lock.withLock { state.received } }

    /// Whether the stream may not go on now: a barrier is being carried out, or too much waits for the warehouse.
    var isBlocked: Bool { lock.withLock { state.isBlocked } }

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

    /// The warehouse has taken a batch of that many bytes.
    ///
    /// - Returns: whether the source may go on where it could not before.
    func release(bytes: Int) -> Bool {
        lock.withLock {
            let wasBlocked = state.isBlocked
            state.release(bytes: bytes)
            return wasBlocked && !state.isBlocked
        }
    }

    /// What came since the last call.
    func takeCounts() -> StreamCounts { lock.withLock { state.takeCounts() } }

    /// Ends a barrier; the connection may go on after it.
    ///
    /// - Throws: what decoding an event that was held throws.
    func endBarrier() throws {
        let emitted = try lock.withLock {
            try state.endBarrier()
            return state.takeEmitted()
        }
        for item in emitted { output.yield(item) }
    }

    func follow(_ mapping: TableMapping) { lock.withLock { state.follow(mapping) } }

    /// Leaves a table out from here on, and out of batches that are not written yet.
    func stop(_ table: TableName, asQuarantined isQuarantined: Bool) {
        lock.withLock { state.stop(table, asQuarantined: isQuarantined) }
    }

    func finish() { output.finish() }
}

/// Why the stream cannot be trusted any more.
enum StreamError: Error, CustomStringConvertible {
    /// Rows outside of a transaction.
    case unexpectedEvent
    /// A transaction without a GTID.
    case anonymousTransaction
    /// Rows for a table id that no table map announced.
    case unknownTable
    /// The source says that it lost events.
    case incident
    /// One event holds more rows than a batch can number.
    case batchTooLarge

    var description: String {
        switch self {
        case .unexpectedEvent: "rows came outside of a transaction"
        case .anonymousTransaction: "the source logged a transaction without a GTID (gtid_mode was switched off)"
        case .unknownTable: "rows came for a table that no table map announced"
        case .incident: "the source reports an incident: events are missing from its binlog"
        case .batchTooLarge: "one event holds more than \(RowVersion.rowsMax) rows"
        }
    }
}

extension StreamError {
    /// Whether trying again cannot help.
    var isFatal: Bool {
        switch self {
        case .anonymousTransaction, .incident, .batchTooLarge: true
        case .unexpectedEvent, .unknownTable: false
        }
    }
}
