extension DDLStatement {
    /// Whether the statement changes rows that no rows event follows for: it does so on each server by itself.
    ///
    /// - Parameter sql: the text that the statement was parsed from.
    package func changesRowsUnseen(sql: String) -> Bool {
        switch self {
        case .dataChange: true
        // In row format the query is gone from the text, and its rows follow in the same transaction.
        case .createTable(let create): create.hasSelect && !create.startsTransaction
        case .unparsable: Self.mayChangeRows(sql)
        default: false
        }
    }

    /// Whether a statement that was not understood may change rows: whether it holds any of the words that all such
    /// statements have. That they may be part of a name or a comment does not matter: better one table too many.
    static func mayChangeRows(_ sql: String) -> Bool {
        let text = sql.uppercased()
        return rowChangingWords.contains { text.contains($0) }
    }

    private static let rowChangingWords = [
        "TRUNCATE", "INSERT", "UPDATE", "DELETE", "REPLACE", "LOAD", "PARTITION", "TABLESPACE", "MERGE",
    ]
}
