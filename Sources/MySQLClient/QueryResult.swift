import MySQLProtocol

/// What a statement gave, all in memory.
public struct QueryResult: Sendable {
    /// Empty for statements without rows.
    public var columns: [ColumnDefinition41]
    /// Values as the server prints them; `nil` is NULL. Bytes that are no UTF-8 are replaced.
    public var rows: [[String?]]
    /// What the statement said at its end.
    public var outcome: OKPacket

    public init(columns: [ColumnDefinition41] = [], rows: [[String?]] = [], outcome: OKPacket = OKPacket()) {
        self.columns = columns
        self.rows = rows
        self.outcome = outcome
    }

    public var affectedRows: UInt64 { outcome.affectedRows }
    public var lastInsertID: UInt64 { outcome.lastInsertID }
    public var warnings: UInt16 { outcome.warnings }

    /// The first row's first value: of `SELECT @@server_uuid` and its like.
    public var scalar: String? { rows.first?.first ?? nil }

    /// The values of the column called `name`, a row each; empty where there is none.
    public func values(of name: String) -> [String?] {
        guard let index = columns.firstIndex(where: { $0.name == name }) else { return [] }
        return rows.map { $0[index] }
    }
}
