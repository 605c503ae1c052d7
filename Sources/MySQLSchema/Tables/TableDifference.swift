/// What changed between two definitions of a table, as far as carrying its rows over is concerned.
package enum TableDifference: Hashable, Sendable {
    /// Nothing that matters to the warehouse: values stay what they were and rows are identified alike. Columns may
    /// have got longer, ENUMs may have got members, text may have moved to UTF-8; defaults, comments and other keys may
    /// differ. Decoding uses the new definition.
    case identical
    /// Columns came, went, moved or hold more values than before, and nothing else that matters changed.
    case columnsChanged(ColumnChanges)
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
        var changes = ColumnChanges()
        var places: [Int] = []
        for (index, column) in newer.columns.enumerated() {
            guard let place = columns.firstIndex(where: { Self.sameIdentifier($0.name, column.name) }) else {
                let position: ColumnPosition = index == 0 ? .first : .after(newer.columns[index - 1].name)
                changes.added.append(TableDifference.AddedColumn(column: column, position: position))
                continue
            }
            places.append(place)
            guard let change = columns[place].change(to: column) else { continue }
            guard columns[place].isWidened(to: column) else { return .other(reason: change) }
            changes.widened.append(column.name)
        }
        changes.dropped = columns.indices.filter { !places.contains($0) }.map { columns[$0].name }
        changes.isReordered = zip(places, places.dropFirst()).contains { $0 > $1 }
        return changes == ColumnChanges() ? .identical : .columnsChanged(changes)
    }
}

/// What became of a table's columns where the rows that are there keep their values.
package struct ColumnChanges: Hashable, Sendable {
    /// In the order of the new definition.
    package var added: [TableDifference.AddedColumn] = []
    /// Names of columns that only the old definition has.
    package var dropped: [String] = []
    /// Names of columns whose values are the same in a type that has more of them.
    package var widened: [String] = []
    /// Whether columns that both definitions have stand in another order.
    package var isReordered = false

    package init() {}
}
