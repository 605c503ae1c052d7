import MySQLClient
import MySQLProtocol
import MySQLSchema

/// Cuts a table into key ranges of about `rowsPerRange` rows, one after another, walking its key ahead of the readers.
actor RangePlanner {
    private let connection: MySQLConnection
    private let table: TableName
    private let keyColumns: [String]
    private let keyTypes: [MySQLType]
    private let rowsPerRange: Int
    private var lower: [String]?
    private var isFinished: Bool
    private let claim: @Sendable (KeyRange) async throws -> UInt64
    private var tail: Task<Claimed?, any Error>?

    /// A range and the number under which it is copied.
    struct Claimed: Sendable {
        let range: KeyRange
        let number: UInt64
    }

    /// - Parameters:
    ///   - done: the ranges that an earlier start of the same copy has claimed, in key order.
    ///   - claim: records a range and gives its number.
    init(
        connection: MySQLConnection,
        mapping: TableMapping,
        rowsPerRange: Int,
        done: [KeyRange],
        claim: @escaping @Sendable (KeyRange) async throws -> UInt64
    ) {
        self.claim = claim
        self.connection = connection
        table = mapping.definition.name
        keyColumns = mapping.keyIndexes.map { TableName.quote(mapping.definition.columns[$0].name) }
        keyTypes = mapping.keyIndexes.map { mapping.types[$0] }
        self.rowsPerRange = rowsPerRange
        lower = done.last?.upper
        isFinished = done.contains { $0.upper == nil }
    }

    /// The next range, claimed; nil when the last one was given out.
    ///
    /// Ranges are claimed in key order, one after another: after a crash the last one claimed says where to go on, so none
    /// before it may be missing. Not cut short by cancellation, for then a claim could be recorded that nobody knows of.
    func next() async throws -> Claimed? {
        let previous = tail
        let task = Task { () -> Claimed? in
            if let previous { _ = try await previous.value }
            guard let range = try await self.plan() else { return nil }
            return Claimed(range: range, number: try await self.claim(range))
        }
        tail = task
        return try await task.value
    }

    private func plan() async throws -> KeyRange? {
        if isFinished { return nil }
        let order = keyColumns.joined(separator: ", ")
        let list = zip(keyColumns, keyTypes).map { KeyRange.boundaryExpression(column: $0, type: $1) }
            .joined(separator: ", ")
        let open = KeyRange(lower: lower, upper: nil)
        let found = try await connection.query(
            """
            SELECT \(list) FROM \(table.quoted) WHERE \(open.condition(columns: keyColumns)) \
            ORDER BY \(order) LIMIT 1 OFFSET \(rowsPerRange - 1)
            """
        )
        guard let row = found.rows.first else {
            isFinished = true
            return open
        }
        let upper = zip(row, keyTypes).map { KeyRange.literal($0 ?? "", type: $1) }
        defer { lower = upper }
        return KeyRange(lower: lower, upper: upper)
    }
}
