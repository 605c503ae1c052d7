import MySQLProtocol

/// Columns that cannot be carried over exactly yet (docs/type-mapping.md).
enum TypeMapping {
    /// What to tell the user of a column that has no type there.
    static func refusal(of type: MySQLType?, columnType: String) -> String {
        switch type {
        case .text(.other(let charset)): "its character set `\(charset)` is not supported yet"
        default: "its type `\(columnType)` is not supported yet"
        }
    }
}
