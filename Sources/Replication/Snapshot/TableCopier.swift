import Foundation
import Logging
import MySQLClient
import MySQLProtocol
import MySQLSchema
import Pipeline
import Synchronization

/// Copies one table without locks: reads it in key ranges over parallel connections while the stream goes on.
///
/// Each range is a batch. Its number is claimed first; then its session waits until the server shows everything that the
/// stream has received; then one short statement reads the range. So whatever a batch before it changed, the range has
/// seen, and whatever a batch after it changes wins (docs/architecture.md, "Snapshot without locks").
final class TableCopier: Sendable {
    struct Options: Sendable {
        var connections: Int
        var rowsPerRange: Int
        /// Bytes of one block; a range of larger rows is written in several.
        var bytesMax: Int
    }

    /// What the copier needs from the pipeline around it.
    struct Surroundings: Sendable {
        var endpoint: @Sendable () -> MySQLEndpoint
        var log: BatchLog
        var write: @Sendable (RowBatch, UInt64) async throws -> Void
        /// Everything that the stream has received or will replay; a range must see all of it.
        var received: @Sendable () -> GTIDSet
        var progress: @Sendable (_ rows: UInt64) -> Void
        var logger: Logger
    }

    /// Why a copy ended before its end.
    enum Interruption: Error {
        /// A value cannot be carried over exactly.
        case refused(TableRefusal)
        /// The table at the source is not what the stream knows; a barrier on its way explains it.
        case definitionChanged
    }

    private let mapping: TableMapping
    private let options: Options
    private let around: Surroundings
    private let claimed = Mutex<Set<UInt64>>([])

    init(mapping: TableMapping, options: Options, surroundings: Surroundings) {
        self.mapping = mapping
        self.options = options
        around = surroundings
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
            let present = try await inspector.table(mapping.definition.name)
            guard let present, StoredDefinition(present) == StoredDefinition(mapping.definition) else {
                throw Interruption.definitionChanged
            }
            let ranges = try done.map { try KeyRange(json: $0.detail) }
            let planner = RangePlanner(
                connection: inspector.connection,
                mapping: mapping,
                rowsPerRange: options.rowsPerRange,
                done: ranges,
                claim: { try await self.claim($0) }
            )
            let again = RangeStack(unacknowledged.reversed())
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<max(1, options.connections) {
                    group.addTask {
                        let reader = try await RangeSession(
                            mapping: self.mapping,
                            endpoint: self.around.endpoint(),
                            logger: self.around.logger
                        )
                        do {
                            while let definition = again.pop() {
                                let range = try KeyRange(json: definition.detail)
                                try await self.copy(range, number: definition.number, with: reader)
                            }
                            while !Task.isCancelled, let next = try await planner.next() {
                                try await self.copy(next.range, number: next.number, with: reader)
                            }
                            try Task.checkCancellation()
                        } catch {
                            await reader.close()
                            throw error
                        }
                        await reader.close()
                    }
                }
                try await group.waitForAll()
            }
            let position = try await inspector.executedGTIDs()
            await inspector.close()
            return position
        } catch {
            await inspector.close()
            throw error
        }
    }

    /// Acknowledges what this copy has claimed and will not write, so that later batches can become contiguous: only
    /// when the copy starts anew behind a barrier, or its table is quarantined.
    func abandonClaims() async {
        for number in claimed.withLock({ $0.sorted() }) { await acknowledge(number) }
    }

    private func claim(_ range: KeyRange) async throws -> UInt64 {
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

    private func copy(_ range: KeyRange, number: UInt64, with reader: RangeSession) async throws {
        let rows = try await reader.read(
            range,
            bytesMax: options.bytesMax,
            after: around.received(),
            write: { try await self.around.write($0, number) }
        )
        await acknowledge(number)
        around.progress(rows)
    }
}

/// Ranges to read again, shared by the readers of a copy.
private final class RangeStack: Sendable {
    private let ranges: Mutex<[BatchDefinition]>

    init(_ ranges: [BatchDefinition]) { self.ranges = Mutex(ranges) }

    func pop() -> BatchDefinition? { ranges.withLock { $0.popLast() } }
}
