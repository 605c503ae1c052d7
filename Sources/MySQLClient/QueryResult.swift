import MySQLProtocol

/// What a statement gave, all in memory.
package struct QueryResult: Sendable {
    /// Empty for statements without rows.
    package var columns: [ColumnDefinition41]
    /// Values as the server prints them; `nil` is NULL. Bytes that are no UTF-8 are replaced.
    package var rows: [[String?]]
    /// What the statement said at its end.
    package var outcome: OKPacket

    package init(columns: [ColumnDefinition41] = [], rows: [[String?]] = [], outcome: OKPacket = OKPacket()) {
        self.columns = columns
        self.rows = rows
        self.outcome = outcome
    }

    package var affectedRows: UInt64 { outcome.affectedRows }
    package var lastInsertID: UInt64 { outcome.lastInsertID }
    package var warnings: UInt16 { outcome.warnings }

    /// The first row's first value: of `SELECT @@server_uuid` and its like.
    package var scalar: String? { rows.first?.first ?? nil }

    /// The values of the column called `name`, a row each; empty where there is none.
    package func values(of name: String) -> [String?] {
        guard let index = columns.firstIndex(where: { $0.name == name }) else { return [] }
        return rows.map { $0[index] }
    }
}
