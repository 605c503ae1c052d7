import MySQLClient
import MySQLProtocol
import MySQLSchema

/// Cuts a table into key ranges of about `rowsPerRange` rows, one after another, and claims them ahead of the readers.
actor RangePlanner {
    /// Ranges that are claimed before a reader asks for them, so that it need not wait.
    private static let aheadMax = 2

    private let connection: MySQLConnection
    private let table: TableName
    private let keyColumns: [String]
    private let keyTypes: [MySQLType]
    private let readers: Int
    private var rowsPerRange: Int
    private var denseKey: DenseKey?
    private var isMeasured = false
    private var lower: [String]?
    private var isFinished: Bool
    private var isStopped = false
    private let claim: @Sendable (KeyRange) async throws -> UInt64
    private var ahead: [Task<Claimed?, any Error>] = []
    private var tail: Task<Claimed?, any Error>?

    /// A range and the number under which it is copied.
    struct Claimed: Sendable {
        let range: KeyRange
        let number: UInt64
    }

    /// - Parameters:
    ///   - rowsPerRange: rows of a range; up to four times as many where the table is large.
    ///   - readers: how many read concurrently.
    ///   - done: the ranges that an earlier start of the same copy has claimed, in key order.
    ///   - claim: records a range and gives its number.
    init(
        connection: MySQLConnection,
        mapping: TableMapping,
        rowsPerRange: Int,
        readers: Int,
        done: [KeyRange],
        claim: @escaping @Sendable (KeyRange) async throws -> UInt64
    ) {
        self.claim = claim
        self.connection = connection
        table = mapping.definition.name
        keyColumns = mapping.keyIndexes.map { TableName.quote(mapping.definition.columns[$0].name) }
        keyTypes = mapping.keyIndexes.map { mapping.types[$0] }
        self.rowsPerRange = rowsPerRange
        self.readers = readers
        lower = done.last?.upper
        isFinished = done.contains { $0.upper == nil }
    }

    /// The next range, claimed; nil when the last one was given out.
    ///
    /// Ranges are claimed in key order, one after another: after a crash the last one claimed says where to continue,
    /// so none before it may be missing. Not cut short by cancellation, for then a claim could be recorded that nobody
    /// knows of.
    func next() async throws -> Claimed? {
        while ahead.count <= Self.aheadMax { ahead.append(planNext()) }
        return try await ahead.removeFirst().value
    }

    /// Claims nothing more, and waits until what has begun is over: only then is it known which ranges are claimed.
    func stop() async {
        isStopped = true
        _ = await tail?.result
    }

    private func planNext() -> Task<Claimed?, any Error> {
        let previous = tail
        let task = Task { () -> Claimed? in
            if let previous { _ = try await previous.value }
            guard !self.isStopped, let range = try await self.plan() else { return nil }
            return Claimed(range: range, number: try await self.claim(range))
        }
        tail = task
        return task
    }

    private func plan() async throws -> KeyRange? {
        if isFinished { return nil }
        if !isMeasured { try await measure() }
        let upper: [String]
        if let end = denseKey?.upper(after: lower?.first) {
            upper = [end]
        } else if let end = try await findUpper() {
            upper = end
        } else {
            isFinished = true
            return KeyRange(lower: lower, upper: nil)
        }
        defer { lower = upper }
        return KeyRange(lower: lower, upper: upper)
    }

    /// The key of the last row of the next range, or nil where fewer rows are left.
    private func findUpper() async throws -> [String]? {
        let order = keyColumns.joined(separator: ", ")
        let list = zip(keyColumns, keyTypes).map { $1.descriptor.boundaryExpression($0) }
            .joined(separator: ", ")
        let open = KeyRange(lower: lower, upper: nil)
        let found = try await connection.query(
            """
            SELECT \(list) FROM \(table.quoted) WHERE \(open.condition(columns: keyColumns)) \
            ORDER BY \(order) LIMIT 1 OFFSET \(rowsPerRange - 1)
            """
        )
        return found.rows.first.map { row in
            zip(row, keyTypes).map { $1.descriptor.sourceLiteral(ofBoundary: $0 ?? "") }
        }
    }

    /// Checks how large the table is: large ones are cut into larger ranges, which make larger parts and fewer merges,
    /// as long as there are enough of them for all readers.
    private func measure() async throws {
        isMeasured = true
        // The storage engine's estimate. A server that does not provide it can still be copied.
        let plan = try? await connection.query(
            "EXPLAIN FORMAT=TRADITIONAL SELECT \(keyColumns[0]) FROM \(table.quoted)"
        )
        guard let rows = plan?.values(of: "rows").first.flatMap({ $0 }).flatMap({ Int($0) }) else { return }
        rowsPerRange = min(max(rowsPerRange, rows / (2 * readers)), 4 * rowsPerRange)
        guard keyColumns.count == 1, case .integer = keyTypes[0] else { return }
        let ends = try await connection.query(
            "SELECT MIN(\(keyColumns[0])), MAX(\(keyColumns[0])) FROM \(table.quoted)"
        )
        guard let row = ends.rows.first, row.count == 2, let lowest = row[0], let highest = row[1] else { return }
        denseKey = DenseKey(lowest: lowest, highest: highest, rows: rows, step: rowsPerRange)
    }
}
