import MySQLProtocol
import MySQLSchema

/// What to tell the user when a value cannot be carried over exactly.
enum ValueRefusal {
    static func refusal(_ error: ColumnValueError, column index: Int, of mapping: TableMapping) -> TableRefusal {
        let columns = mapping.definition.columns
        let column = columns.indices.contains(index) ? columns[index].name : "#\(index + 1)"
        let cause =
            switch error {
            case .zeroOrPartialDate: "column `\(column)` holds a zero or partial date"
            case .outOfRange: "column `\(column)` holds a date outside 1900 to 2299, which ClickHouse cannot store"
            case .malformed: "a value of column `\(column)` is not a value of its type"
            case .unexpectedNull: "column `\(column)` is NULL in a row, but defined NOT NULL"
            case .unsupported: "column `\(column)` has a type that is not supported yet"
            }
        var refusal = TableRefusal(
            cause: cause,
            remedy: "correct the rows, then: leat tables resync \(mapping.definition.name)"
        )
        if error == .zeroOrPartialDate || error == .outOfRange { refusal.dateColumn = column }
        return refusal
    }
}
