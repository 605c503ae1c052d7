import MySQLProtocol
import MySQLSchema

/// Columns that are carried as text, since they hold dates that ClickHouse cannot.
extension TableDefinition {
    /// The same with one more of them; nil if it is no column with a date in it, or one of them already.
    func carryingAsText(_ column: String) -> TableDefinition? {
        guard let index = columns.firstIndex(where: { $0.name == column }), columns[index].type?.asDateText != nil,
            !columns[index].isDateText
        else { return nil }
        var definition = self
        definition.columns[index].isDateText = true
        return definition
    }

    /// The same with those of an older definition.
    func keepingDateText(of older: TableDefinition) -> TableDefinition {
        older.columns.filter(\.isDateText).reduce(self) { $0.carryingAsText($1.name) ?? $0 }
    }

    /// The same with those of `added` that the rows from before have such a date in.
    func carryingDefaultsAsText(_ added: [ColumnDefinition]) -> TableDefinition {
        added.reduce(self) { definition, column in
            guard ColumnDefaultMapping.needsDateText(column) else { return definition }
            return definition.carryingAsText(column.name) ?? definition
        }
    }
}
