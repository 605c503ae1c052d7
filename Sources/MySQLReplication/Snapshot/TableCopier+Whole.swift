import Logging
import MySQLClient
import MySQLProtocol
import MySQLSchema
import NIOConcurrencyHelpers

/// The copy of a table without a key: nothing tells its rows apart, so a row that a copy has and the stream brings
/// again would count twice. So the copy is one statement in a view of the source of which it is known which
/// transactions it holds, and the stream brings those after them.
extension TableCopier {
    /// How long the stream stands still at most for the source to show what it has received.
    private static let holdMax = Duration.seconds(5)

    /// - Parameter isLocking: as in ``RangeSession/openSnapshot(isLocking:)``.
    /// - Returns: the source's position at which the copy is consistent.
    /// - Throws: ``Interruption``; ``CopyIsVoid`` for what came once there was something of the copy: it has to be
    ///   begun again from nothing.
    func copyWhole(isLocking: Bool) async throws -> GTIDSet {
        let session = try await RangeSession(mapping: mapping, endpoint: around.endpoint(), logger: around.logger)
        do {
            try requireSameServer(try await session.serverUUID())
            if let rows = try await session.inspector.estimatedRows(of: mapping.definition.name) {
                around.expected(rows)
            }
            try await session.requireSameDefinition()
            let snapshot = try await open(session, isLocking: isLocking)
            do {
                try await readWhole(session)
                let position = snapshot.holds.union(try await session.executed(of: snapshot.uncertain))
                await session.close()
                return position
            } catch let interruption as Interruption {
                throw interruption
            } catch {
                throw CopyIsVoid(cause: error)
            }
        } catch {
            await session.close()
            throw error
        }
    }

    /// What had been copied is worth nothing.
    struct CopyIsVoid: Error {
        let cause: any Error
    }

    private func open(_ session: RangeSession, isLocking: Bool) async throws -> SourceSnapshot {
        try await session.wait(for: around.received(), atMost: RangeSession.waitMax)
        await around.hold(true)
        do {
            // All that the stream has brought so far, and passed over.
            try await session.wait(for: around.received(), atMost: Self.holdMax)
            let snapshot = try await session.openSnapshot(isLocking: isLocking)
            guard try await around.opened(snapshot) else { throw CancellationError() }
            await around.hold(false)
            return snapshot
        } catch {
            await around.hold(false)
            throw error
        }
    }

    private func readWhole(_ session: RangeSession) async throws {
        let rows = try await session.consumers(
            limits: .init(blockBytes: Self.blockBytes, insertBytes: options.insertBytes),
            pool: pool,
            rowsMax: options.rowsPerRange
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await session.stream(session.select, into: rows)
                    // It cannot change any more, since it was read in this transaction.
                    try await session.requireSameDefinition()
                    rows.finish()
                } catch {
                    rows.fail(error)
                    throw error
                }
            }
            group.addTask {
                for await consumer in rows.started {
                    rows.taken()
                    // Rows of one statement need numbers of their own now and then: all that comes after a number waits
                    // until it is written.
                    let number = try await self.claim(KeyRange(lower: nil, upper: nil))
                    try await self.write(consumer, number: number, self.around.trace(number))
                }
            }
            try await group.waitForAll()
        }
    }
}

extension RangeSession {
    /// Where the rows of one statement go, so many of them at a time.
    func consumers(limits: RangeConsumer.Limits, pool: RowBatchPool, rowsMax: Int) throws -> ConsecutiveConsumers {
        let first = try consumer(limits: limits, pool: pool)
        let (mapping, connection) = (self.mapping, inspector.connection)
        return ConsecutiveConsumers(first, rowsMax: UInt64(max(1, rowsMax)), resume: { connection.resume() }) {
            try RangeConsumer(
                mapping: mapping,
                limits: limits,
                pool: pool,
                readAt: first.readAt,
                resume: { connection.resume() }
            )
        }
    }
}

/// The rows of one statement as several ranges, one after the other. Asks for a pause when some wait that nobody has
/// begun to take.
final class ConsecutiveConsumers: PacketConsumer, @unchecked Sendable {
    // Sendable because `current` is only touched by the connection's event loop, and by `finish()` and `fail()` once it
    // is done; the rest under `lock`.

    /// Ranges that wait at most.
    private static let waitingMax = 2

    private struct Shared {
        /// Started, and not taken.
        var waiting = 1
        var isPaused = false
    }

    /// Each as soon as there is a row for it; and the first in any case.
    let started: AsyncStream<RangeConsumer>
    private let output: AsyncStream<RangeConsumer>.Continuation
    private let rowsMax: UInt64
    private let resume: @Sendable () -> Void
    private let next: () throws -> RangeConsumer
    private let lock = NIOLockedValueBox(Shared())
    private var current: RangeConsumer

    /// - Parameter resume: lets the connection continue after a pause.
    init(
        _ first: RangeConsumer,
        rowsMax: UInt64,
        resume: @escaping @Sendable () -> Void,
        next: @escaping () throws -> RangeConsumer
    ) {
        (started, output) = AsyncStream.makeStream()
        self.rowsMax = rowsMax
        self.resume = resume
        self.next = next
        current = first
        output.yield(first)
    }

    func consume(_ payload: UnsafeRawBufferPointer) throws -> ReadDemand {
        var isFull = false
        if current.count >= rowsMax {
            current.finish()
            current = try next()
            output.yield(current)
            isFull = lock.withLockedValue { shared in
                shared.waiting += 1
                shared.isPaused = shared.waiting > Self.waitingMax
                return shared.isPaused
            }
        }
        let demand = try current.consume(payload)
        return isFull ? .pause : demand
    }

    /// One of those that were started is being written.
    func taken() {
        let wasPaused = lock.withLockedValue { shared in
            shared.waiting -= 1
            guard shared.isPaused, shared.waiting <= Self.waitingMax else { return false }
            shared.isPaused = false
            return true
        }
        if wasPaused { resume() }
    }

    func finish() {
        current.finish()
        output.finish()
    }

    func fail(_ error: any Error) {
        current.fail(error)
        output.finish()
    }
}
