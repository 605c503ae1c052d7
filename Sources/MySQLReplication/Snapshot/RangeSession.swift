import Foundation
import Logging
import MySQLClient
import MySQLProtocol
import MySQLSchema
import PipelineCore
import Warehouse

/// One connection that reads key ranges of one table.
actor RangeSession {
    let mapping: TableMapping
    let inspector: SourceInspector
    /// Reads all rows, unless a condition follows.
    let select: String
    private let keyColumns: [String]
    let logger: Logger
    private var isDefinitionChecked = false

    init(mapping: TableMapping, endpoint: MySQLEndpoint, logger: Logger) async throws {
        self.mapping = mapping
        self.logger = logger
        inspector = try await SourceInspector(endpoint: endpoint, logger: logger)
        let list = zip(mapping.definition.columns, mapping.types).map { column, type in
            TextColumnDecoder.selectExpression(column: TableName.quote(column.name), type: type)
        }
        select = "SELECT \(list.joined(separator: ", ")) FROM \(mapping.definition.name.quoted)"
        keyColumns = mapping.keyIndexes.map { TableName.quote(mapping.definition.columns[$0].name) }
    }

    func close() async { await inspector.close() }

    func serverUUID() async throws -> String { try await inspector.serverUUID() }

    /// Where the rows of the next range go.
    ///
    /// - Parameter firstOrdinal: the number of the first row within its batch.
    func consumer(
        limits: RangeConsumer.Limits,
        pool: RowBatchPool,
        firstOrdinal: UInt64 = 0
    ) throws -> RangeConsumer {
        let connection = inspector.connection
        return try RangeConsumer(
            mapping: mapping,
            limits: limits,
            pool: pool,
            readAt: Int64(Date().timeIntervalSince1970 * 1_000_000),
            firstOrdinal: firstOrdinal,
            resume: { connection.resume() }
        )
    }

    /// Reads a range once the server shows `position`, to its end.
    ///
    /// - Throws: ``TableCopier/Interruption``; `MySQLError`.
    func read(_ range: KeyRange, into consumer: RangeConsumer, after position: GTIDSet) async throws {
        try await read(where: range.condition(columns: keyColumns), into: consumer, after: position)
    }

    /// The same for the rows that meet a condition.
    ///
    /// - Parameter limit: how long the server may take to show `position`.
    /// - Throws: also ``TableCopier/Interruption/sourceBehind`` after that.
    func read(
        where condition: String,
        into consumer: RangeConsumer,
        after position: GTIDSet,
        waitingAtMost limit: Duration = RangeSession.waitMax
    ) async throws {
        try await wait(for: position, atMost: limit)
        // A check after the last range also counts as the one before this one.
        if !isDefinitionChecked { try await requireSameDefinition() }
        isDefinitionChecked = false
        try await stream("\(select) WHERE \(condition)", into: consumer)
        try await requireSameDefinition()
        isDefinitionChecked = true
    }

    /// Reads rows of the table.
    ///
    /// - Throws: ``TableCopier/Interruption/refused(_:)`` for a value that cannot be carried over; `MySQLError`.
    func stream(_ sql: String, into consumer: any PacketConsumer) async throws {
        do {
            try await inspector.connection.stream(sql, rows: consumer)
        } catch TextRowError.value(let reason, let column) {
            throw TableCopier.Interruption.refused(ValueRefusal.refusal(reason, column: column, of: mapping))
        }
    }

    /// Longer than a host takes to show what it sends, so that whoever copies asks for the present host again: this one
    /// may be cut off from its source while the stream comes from another.
    static let waitMax = Duration.seconds(60)

    func wait(for position: GTIDSet, atMost limit: Duration) async throws {
        guard !position.isEmpty else { return }
        if let delay = try await inspector.wait(for: position, atMost: limit, logger: logger) {
            throw TableCopier.Interruption.sourceBehind(delay)
        }
    }

    /// The table may change while it is read; the rows are worth something only if it was the same before and after.
    /// What changes back in between does not go unnoticed: the statements come through the stream, and their barrier
    /// begins the copy again.
    func requireSameDefinition() async throws {
        let present = try await inspector.table(mapping.definition.name)
        guard let present, StoredDefinition(present).matches(StoredDefinition(mapping.definition)) else {
            throw TableCopier.Interruption.definitionChanged
        }
    }
}

extension RangeSession {
    /// Reads the rows that meet a condition and writes them meanwhile, as rows of a batch.
    ///
    /// - Parameters:
    ///   - position: what the server has to show first.
    ///   - limit: how long it may take for that.
    ///   - firstOrdinal: the number of the first row within the batch.
    /// - Returns: how many rows there are.
    /// - Throws: as ``read(where:into:after:waitingAtMost:)``; `ClickHouseError`.
    func carryOver(
        where condition: String,
        to warehouse: Warehouse,
        asBatch number: UInt64,
        insertBytes: Int,
        after position: GTIDSet,
        waitingAtMost limit: Duration = RangeSession.waitMax,
        firstOrdinal: UInt64 = 0
    ) async throws -> UInt64 {
        let table = mapping.warehouse
        let consumer = try consumer(
            limits: .init(blockBytes: 1 << 20, insertBytes: insertBytes),
            pool: RowBatchPool(table: table, keptMax: 4, bytesMax: 4 << 20),
            firstOrdinal: firstOrdinal
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await self.read(where: condition, into: consumer, after: position, waitingAtMost: limit)
                    consumer.finish()
                } catch {
                    consumer.fail(error)
                    throw error
                }
            }
            group.addTask {
                do {
                    while try await consumer.hasMore() {
                        try await warehouse.insert(consumer, into: table, asBatch: number)
                    }
                } catch {
                    // The reader may be waiting for room.
                    consumer.fail(error)
                    throw error
                }
            }
            try await group.waitForAll()
        }
        return consumer.count - firstOrdinal
    }
}
