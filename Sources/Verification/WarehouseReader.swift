import ClickHouseClient

/// Reads sums and rows of the warehouse's views.
struct WarehouseReader: Sendable {
    let client: ClickHouseClient
    /// For one statement; a large table takes minutes.
    private static let timeout = Duration.seconds(6 * 3600)

    /// The names of the view's columns, in order; empty without such a view.
    func columns(of table: VerifiedTable) async throws -> [String] {
        try await client.rows(
            """
            SELECT name FROM system.columns WHERE database = {database:String} AND table = {name:String} \
            ORDER BY position
            """,
            parameters: ["database": table.warehouseDatabase, "name": table.definition.name.table]
        ).compactMap { $0.first ?? nil }
    }

    /// The sums over all rows.
    func sums(of table: ComparedTable) async throws -> RowSums {
        let statements = WarehouseStatements(table)
        var sums = try RowSums(answer: try await rows(statements.checksum).first)
        if !table.floating.isEmpty {
            let answer = try await rows(statements.floatingChecksum).first
            sums.floating = try FloatingSums(answer: answer?[...])
        }
        return sums
    }

    /// The sums over each of `count` parts that has rows, by the part's number.
    func buckets(_ count: Int, of table: ComparedTable) async throws -> [Int: RowSums] {
        let statements = WarehouseStatements(table)
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
    func rows(ofBuckets buckets: [Int], of count: Int, in table: ComparedTable) async throws -> [HashedRow] {
        try await rows(WarehouseStatements(table).rows(ofBuckets: buckets, of: count)).map {
            try HashedRow(answer: $0, columns: table.columns.count)
        }
    }

    /// How many keys the view shows more than once.
    func duplicateKeys(in table: ComparedTable) async throws -> UInt64 {
        let answer = try await rows(WarehouseStatements(table).duplicateKeys).first
        guard let count = answer?.first.flatMap({ $0 }).flatMap({ UInt64($0) }) else { throw UnexpectedAnswer() }
        return count
    }

    private func rows(_ sql: String) async throws -> [[String?]] {
        try await client.rows(sql, settings: WarehouseStatements.settings, timeout: Self.timeout)
    }
}
