import Foundation
import LeatState
import Logging
import MySQLClient
import MySQLProtocol
import MySQLSchema
import Synchronization
import Tracing
import Warehouse

/// Copies one table without locks: reads it in key ranges over parallel connections while the stream continues.
///
/// Each range is a batch. Its number is claimed first; then its session waits until the server shows everything that
/// the stream has received; then one short statement reads the range. So whatever a batch before it changed, the range
/// has seen, and whatever a batch after it changes wins (docs/architecture.md, "Snapshot without locks").
///
/// The rows go into an insert while they are read, and the next range is read while the warehouse finishes the last
/// one. What fails is read again, under its number.
final class TableCopier: Sendable {
    struct Options: Sendable {
        var connections: Int
        /// Of a small table; a large one has up to four times as many.
        var rowsPerRange: Int
        /// Bytes of one insert; a range of larger rows is written in several.
        var insertBytes: Int
    }

    /// Bytes of one block on its way from a reader to an insert.
    static let blockBytes = 1 << 20
    /// How long an insert stays open at most. ClickHouse gives up on one that brings nothing for 30 s, and the client
    /// on one that takes longer than 300 s.
    private static let insertDuration = Duration.seconds(10)

    /// What the copier needs from the pipeline around it.
    struct Surroundings: Sendable {
        let endpoint: @Sendable () -> MySQLEndpoint
        /// The UUID of the only server that may be read from; empty: any.
        let server: String
        let log: BatchLog
        /// Makes one insert of what the source gives, under a batch's number.
        let write: @Sendable (any RowSource, UInt64) async throws -> Void
        /// Everything that the stream has received or will replay; a range must see all of it.
        let received: @Sendable () -> GTIDSet
        /// Lets the stream stand still, or continue.
        let hold: @Sendable (Bool) async -> Void
        /// The table's rows in the stream are those after this view of the source from here on. False where the table
        /// is not to be copied any more.
        let opened: @Sendable (SourceSnapshot) async throws -> Bool
        /// About how many rows there will be, as the source's statistics say.
        let expected: @Sendable (_ rows: UInt64) -> Void
        /// A range is in the warehouse: its rows, the bytes of the source's answer, and how long it took.
        let progress: @Sendable (_ rows: UInt64, _ bytes: Int, _ duration: Duration) -> Void
        /// Begins the trace of a range; nil if nothing is traced.
        let trace: @Sendable (_ number: UInt64) -> BatchTrace?
        let logger: Logger
    }

    /// Why a copy ended before its end.
    enum Interruption: Error {
        /// A value cannot be carried over exactly.
        case refused(TableRefusal)
        /// The table at the source is not what the stream knows; a barrier on its way explains it.
        case definitionChanged
        /// The present host is not the server that the copy is read from.
        case hostChanged
        /// The server does not show in time what the stream has received.
        case sourceBehind(SourceDelay)
    }

    let mapping: TableMapping
    let options: Options
    let around: Surroundings
    private let claimed = Mutex<Set<UInt64>>([])
    let pool: RowBatchPool

    init(mapping: TableMapping, options: Options, surroundings: Surroundings) {
        self.mapping = mapping
        self.options = options
        around = surroundings
        // What waits, is filled and is encoded, of every reader.
        pool = RowBatchPool(
            table: mapping.warehouse,
            keptMax: 4 * max(1, options.connections),
            bytesMax: 4 * Self.blockBytes
        )
    }

    /// Batches that this copy has claimed and not acknowledged.
    var open: Set<UInt64> { claimed.withLock { $0 } }

    /// Copies what is missing.
    ///
    /// - Parameters:
    ///   - done: ranges that are in the warehouse or about to be, by rising number.
    ///   - unacknowledged: those among them that must be read again under their number.
    /// - Returns: the source's position at which the copy is consistent.
    func run(done: [BatchDefinition], unacknowledged: [BatchDefinition]) async throws -> GTIDSet {
        claimed.withLock { $0.formUnion(unacknowledged.map(\.number)) }
        let inspector = try await SourceInspector(endpoint: around.endpoint(), logger: around.logger)
        do {
            let position = try await run(done: done, unacknowledged: unacknowledged, inspector)
            await inspector.close()
            return position
        } catch {
            await inspector.close()
            throw error
        }
    }

    private func run(
        done: [BatchDefinition],
        unacknowledged: [BatchDefinition],
        _ inspector: SourceInspector
    ) async throws -> GTIDSet {
        try requireSameServer(try await inspector.serverUUID())
        let present = try await inspector.table(mapping.definition.name)
        guard let present, StoredDefinition(present).matches(StoredDefinition(mapping.definition)) else {
            throw Interruption.definitionChanged
        }
        if let rows = try await inspector.estimatedRows(of: mapping.definition.name) { around.expected(rows) }
        let readers = max(1, options.connections)
        let planner = RangePlanner(
            connection: inspector.connection,
            mapping: mapping,
            rowsPerRange: options.rowsPerRange,
            readers: readers,
            done: try done.map { try KeyRange(json: $0.detail) },
            claim: { try await self.claim($0) }
        )
        let again = RangeStack(unacknowledged.reversed())
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<readers { group.addTask { try await self.copyRanges(again, planner) } }
                try await group.waitForAll()
            }
        } catch {
            // Whoever continues from here must know of all claims.
            await planner.stop()
            throw error
        }
        return try await inspector.executedGTIDs()
    }

    /// One reader's work: ranges, as long as there are any.
    private func copyRanges(_ again: RangeStack, _ planner: RangePlanner) async throws {
        let session = try await RangeSession(mapping: mapping, endpoint: around.endpoint(), logger: around.logger)
        do {
            try requireSameServer(try await session.serverUUID())
            try await withThrowingTaskGroup(of: Step.self) { group in
                var writing = 0
                while !Task.isCancelled, let (range, number) = try await nextRange(again, planner) {
                    let consumer = try await session.consumer(
                        limits: .init(blockBytes: Self.blockBytes, insertBytes: options.insertBytes),
                        pool: pool
                    )
                    let trace = around.trace(number)
                    group.addTask {
                        let reading = trace?.span("read")
                        defer { reading?.end() }
                        try await self.read(range, into: consumer, with: session)
                        return .read
                    }
                    group.addTask {
                        try await self.write(consumer, number: number, trace)
                        return .written
                    }
                    writing += 1
                    var isReading = true
                    // The next range is read while one is finished, and not more than one.
                    while isReading || writing > 1 {
                        switch try await group.next() {
                        case .read: isReading = false
                        case .written: writing -= 1
                        case nil: throw CancellationError()
                        }
                    }
                }
                try await group.waitForAll()
                try Task.checkCancellation()
            }
        } catch {
            await session.close()
            throw error
        }
        await session.close()
    }

    func requireSameServer(_ uuid: String) throws {
        guard around.server.isEmpty || around.server == uuid else { throw Interruption.hostChanged }
    }

    private enum Step { case read, written }

    private func nextRange(_ again: RangeStack, _ planner: RangePlanner) async throws -> (KeyRange, UInt64)? {
        if let definition = again.pop() { return (try KeyRange(json: definition.detail), definition.number) }
        return try await planner.next().map { ($0.range, $0.number) }
    }

    private func read(_ range: KeyRange, into consumer: RangeConsumer, with session: RangeSession) async throws {
        do {
            try await session.read(range, into: consumer, after: around.received())
            consumer.finish()
        } catch {
            consumer.fail(error)
            throw error
        }
    }

    /// Writes a range while it is read, then acknowledges it.
    func write(_ consumer: RangeConsumer, number: UInt64, _ trace: BatchTrace?) async throws {
        let started = ContinuousClock.now
        let insert = trace?.insert(into: mapping.warehouse)
        let clock = Task {
            while true {
                try await Task.sleep(for: Self.insertDuration)
                consumer.cutInsert()
            }
        }
        defer { clock.cancel() }
        do {
            while try await consumer.hasMore() { try await around.write(consumer, number) }
        } catch {
            // What kept the rows from being read is the reason why they could not be written.
            let reason = consumer.failure ?? error
            // The HTTP client may still be waiting for rows.
            consumer.fail(reason)
            insert?.end(reason)
            trace?.end(reason)
            throw reason
        }
        insert?.attributes["leat.rows"] = Int64(clamping: consumer.count)
        insert?.end()
        let acknowledgement = trace?.span("acknowledge")
        await acknowledge(number)
        acknowledgement?.end()
        trace?.setRows(consumer.count)
        trace?.end()
        around.progress(consumer.count, consumer.bytes, .now - started)
    }

    /// Acknowledges what this copy has claimed and will not write, so that later batches can become contiguous: only
    /// when the copy starts again after a barrier, or its table is quarantined.
    func abandonClaims() async {
        for number in claimed.withLock({ $0.sorted() }) { await acknowledge(number) }
    }

    func claim(_ range: KeyRange) async throws -> UInt64 {
        let number = try await around.log.define(
            BatchDefinition(kind: .range, table: mapping.definition.name.description, detail: try range.json)
        )
        claimed.withLock { _ = $0.insert(number) }
        return number
    }

    private func acknowledge(_ number: UInt64) async {
        await around.log.acknowledge(number)
        claimed.withLock { _ = $0.remove(number) }
    }
}

/// Ranges to read again, shared by the readers of a copy.
private final class RangeStack: Sendable {
    private let ranges: Mutex<[BatchDefinition]>

    init(_ ranges: [BatchDefinition]) { self.ranges = Mutex(ranges) }

    func pop() -> BatchDefinition? { ranges.withLock { $0.popLast() } }
}
