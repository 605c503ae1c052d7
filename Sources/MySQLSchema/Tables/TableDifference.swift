/// What changed between two definitions of a table, as far as carrying its rows over is concerned.
package enum TableDifference: Hashable, Sendable {
    /// Nothing that matters to the warehouse: values stay what they were and rows are identified alike. Columns may
    /// have got longer, ENUMs may have got members, text may have moved to UTF-8; defaults, comments and other keys may
    /// differ. Decoding uses the new definition.
    case identical
    /// Columns were added and nothing else that matters changed; in the order of the new definition.
    case columnsAdded([AddedColumn])
    /// Anything else; says what, for people.
    case other(reason: String)

    /// A column that only the new definition has.
    package struct AddedColumn: Hashable, Sendable {
        package var column: ColumnDefinition
        /// Where it stands in the new definition: first, or after the named column.
        package var position: ColumnPosition

        package init(column: ColumnDefinition, position: ColumnPosition) {
            self.column = column
            self.position = position
        }
    }
}

extension TableDefinition {
    /// What has to be done to follow `newer` after this definition.
    package func difference(to newer: TableDefinition) -> TableDifference {
        if let old = keyColumns, let new = newer.keyColumns {
            guard old.count == new.count, zip(old, new).allSatisfy(Self.sameIdentifier) else {
                return .other(
                    reason: "the key changed from (\(old.joined(separator: ", "))) to (\(new.joined(separator: ", ")))"
                )
            }
        } else if keyColumns != nil || newer.keyColumns != nil {
            return .other(reason: keyColumns == nil ? "the table got a key" : "the table lost its key")
        }
        var added: [TableDifference.AddedColumn] = []
        var next = 0
        for (index, column) in newer.columns.enumerated() {
            if next < columns.count, Self.sameIdentifier(columns[next].name, column.name) {
                if let change = columns[next].change(to: column) { return .other(reason: change) }
                next += 1
            } else if columns.contains(where: { Self.sameIdentifier($0.name, column.name) }) {
                return .other(reason: "column \(column.name) moved, or one before it was dropped")
            } else {
                let position: ColumnPosition = index == 0 ? .first : .after(newer.columns[index - 1].name)
                added.append(TableDifference.AddedColumn(column: column, position: position))
            }
        }
        guard next == columns.count else {
            return .other(reason: "column \(columns[next].name) was dropped, renamed or moved")
        }
        return added.isEmpty ? .identical : .columnsAdded(added)
    }
}
