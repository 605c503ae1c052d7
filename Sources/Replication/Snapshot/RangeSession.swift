import Foundation
import Logging
import MySQLClient
import MySQLProtocol
import MySQLSchema
import Pipeline

/// One connection that reads key ranges of one table.
actor RangeSession {
    private let mapping: TableMapping
    private let inspector: SourceInspector
    private let select: String
    private let keyColumns: [String]
    private let logger: Logger

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

    /// Reads a range once the server shows `position`, in blocks of about `bytesMax` bytes.
    ///
    /// - Returns: rows read.
    /// - Throws: ``TableCopier/Interruption``; `MySQLError`.
    func read(
        _ range: KeyRange,
        bytesMax: Int,
        after position: GTIDSet,
        write: @escaping @Sendable (RowBatch) async throws -> Void
    ) async throws -> UInt64 {
        try await wait(for: position)
        try await requireSameDefinition()
        let (full, signal) = AsyncStream<Void>.makeStream()
        let consumer = try RangeConsumer(
            mapping: mapping,
            bytesMax: bytesMax,
            readAt: Int64(Date().timeIntervalSince1970 * 1_000_000),
            onFull: { signal.yield() }
        )
        let statement = "\(select) WHERE \(range.condition(columns: keyColumns))"
        let connection = inspector.connection
        let mapping = mapping
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { signal.finish() }
                do {
                    try await connection.stream(statement, rows: consumer)
                } catch TextRowError.value(let reason, let column) {
                    throw TableCopier.Interruption.refused(
                        ValueRefusal.refusal(reason, column: column, of: mapping)
                    )
                }
            }
            group.addTask {
                for await _ in full {
                    try await write(consumer.takeRows())
                    connection.resume()
                }
            }
            try await group.waitForAll()
        }
        try await write(consumer.takeRows())
        try await requireSameDefinition()
        return consumer.count
    }

    private func wait(for position: GTIDSet) async throws {
        guard !position.isEmpty else { return }
        while true {
            try Task.checkCancellation()
            let answer = try await inspector.connection.query(
                "SELECT WAIT_FOR_EXECUTED_GTID_SET('\(position)', 5)"
            )
            if answer.rows.first?.first == "0" { return }
            logger.info("waiting for the source to show what the stream has received")
        }
    }

    /// The table may change while it is read; the rows are worth something only if it was the same before and after.
    private func requireSameDefinition() async throws {
        let present = try await inspector.table(mapping.definition.name)
        guard let present, StoredDefinition(present) == StoredDefinition(mapping.definition) else {
            throw TableCopier.Interruption.definitionChanged
        }
    }
}
