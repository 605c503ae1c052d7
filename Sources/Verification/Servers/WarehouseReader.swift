import ClickHouseClient
import MySQLSchema
import Warehouse

/// Reads sums and rows of the warehouse's views.
struct WarehouseReader: Sendable {
    let client: ClickHouseClient
    /// For one statement; a large table takes minutes.
    private static let timeout = Duration.seconds(6 * 3600)

    /// The view's columns, in order; empty without such a view.
    func columns(of table: TableToVerify) async throws -> [(name: String, type: String)] {
        try await client.rows(
            """
            SELECT name, type FROM system.columns WHERE database = {database:String} AND table = {name:String} \
            ORDER BY position
            """,
            parameters: ["database": table.warehouseDatabase, "name": table.definition.name.table]
        ).map { (name: $0[0] ?? "", type: $0[1] ?? "") }
    }

    /// The sums over each of `count` parts of a span that has rows, by the part's number.
    func buckets(_ count: Int, of table: ComparedTable, in span: KeySpan) async throws -> [Int: RowSums] {
        let statements = WarehouseStatements(table, span: span)
        var sums = try RowSums.buckets(answer: try await rows(statements.buckets(count)))
        if !table.floating.isEmpty {
            for row in try await rows(statements.floatingBuckets(count)) {
                guard let bucket = row.first.flatMap({ $0 }).flatMap({ Int($0) }) else { throw UnexpectedAnswer() }
                sums[bucket, default: RowSums()].floating = try FloatingSums(answer: row.dropFirst())
            }
        }
        return sums
    }

    /// The rows of some parts.
    func rows(ofBuckets buckets: [Int], of count: Int, in table: ComparedTable, _ span: KeySpan) async throws
        -> [HashedRow]
    {
        try await rows(WarehouseStatements(table, span: span).rows(ofBuckets: buckets, of: count)).map {
            try HashedRow(answer: $0, columns: table.columns.count)
        }
    }

    /// The row versions of some parts that were written by batches after a number, or by someone else; by key.
    func versions(
        ofBuckets buckets: [Int],
        of count: Int,
        in table: ComparedTable,
        _ span: KeySpan,
        afterBatch number: UInt64
    ) async throws -> [String: [RowVersionSeen]] {
        let statement = WarehouseStatements(table, span: span).versions(
            ofBuckets: buckets,
            of: count,
            from: RowVersion.first(ofBatch: number + 1)
        )
        let answer = try await rowsOfRaw(statement)
        return Dictionary(grouping: try answer.map { try RowVersionSeen(answer: $0, columns: table.columns.count) }) {
            $0.row.key
        }
    }

    /// All versions that some rows have, by key.
    func history(of keys: [String], in table: ComparedTable, _ span: KeySpan) async throws -> [String: [UInt64]] {
        let answer = try await rowsOfRaw(WarehouseStatements(table, span: span).history(keys: keys))
        return try answer.reduce(into: [:]) { history, row in
            guard row.count == 3, let key = row[0], let version = row[1].flatMap({ UInt64($0) }) else {
                throw UnexpectedAnswer()
            }
            history[key, default: []].append(version)
        }
    }

    /// Columns of some rows as text, by the key's text in hexadecimal digits.
    func texts(of columns: [ComparedTable.Column], keys: [String], in table: ComparedTable, _ span: KeySpan)
        async throws
        -> [String: [String?]]
    {
        let answer = try await rows(WarehouseStatements(table, span: span).texts(of: columns, keys: keys))
        return Dictionary(answer.map { ($0.first.flatMap { $0 } ?? "", Array($0.dropFirst())) }) { first, _ in first }
    }

    /// Of the table behind the view; a view that stands on nothing of Leat's has no versions.
    private func rowsOfRaw(_ sql: String) async throws -> [[String?]] {
        do {
            return try await rows(sql)
        } catch let error as ClickHouseError where [.unknownDatabase, .unknownTable].contains(error.code) {
            return []
        }
    }

    private func rows(_ sql: String) async throws -> [[String?]] {
        try await client.rows(sql, settings: WarehouseStatements.settings, timeout: Self.timeout)
    }
}
