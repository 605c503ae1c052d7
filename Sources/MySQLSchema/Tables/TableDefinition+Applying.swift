extension TableDefinition {
    /// What the clauses of one ALTER TABLE make of this table, in MySQL's order of application: columns first, then
    /// keys.
    ///
    /// Pure, and right only for the definition that the table had before the statement. Never a guess: whatever may
    /// have changed a value without a row event, and whatever is not known for certain, is
    /// ``AppliedAlter/stopped(reason:)``.
    package func applying(_ actions: [AlterAction]) -> AppliedAlter {
        do {
            var alteration = Alteration(old: self)
            return try alteration.apply(actions)
        } catch {
            return .stopped(reason: error.reason)
        }
    }
}

private struct Alteration {
    struct Stop: Error {
        let reason: String
    }

    let old: TableDefinition
    private var new: TableDefinition

    init(old: TableDefinition) {
        self.old = old
        new = old
    }

    mutating func apply(_ actions: [AlterAction]) throws(Stop) -> AppliedAlter {
        try setOptions(actions)
        try setColumns(actions)
        try setKeys(actions)
        new.requirePrimaryKeyValues()
        try requireSameGeneratedValues()
        switch old.difference(to: new) {
        case .identical: return .unchanged(new)
        case .columnsChanged(let changes):
            for addition in changes.added { try requireKnownValue(of: addition.column) }
            // `CONCAT(at)` of a DATETIME has more digits when that has.
            for name in changes.widened { try requireNothingComputed(from: name) }
            return .columnsChanged(changes, new)
        case .other(let reason): return .stopped(reason: reason)
        }
    }

    // MARK: The table

    /// The clauses that count for the statement as a whole, wherever they stand.
    private mutating func setOptions(_ actions: [AlterAction]) throws(Stop) {
        for action in actions {
            switch action {
            case .replacesRows(let clause), .exchangesRows(_, let clause):
                throw Stop(reason: "rows come or go without row events: \(clause)")
            case .other(let clause): throw Stop(reason: "the clause was not understood: \(clause)")
            case .rename(let name): throw Stop(reason: "the table was renamed to \(name)")
            case .convertCharset(let charset): throw Stop(reason: "its text was converted to \(charset)")
            case .engine(let engine):
                let isKept = old.engine.isEmpty || TableDefinition.sameIdentifier(old.engine, engine)
                guard isKept, TableDefinition.sameIdentifier(engine, "InnoDB") else {
                    throw Stop(reason: "its storage engine became \(engine)")
                }
            case .defaultCharset(let charset):
                new.charset = charset
                // The character set's default one, unless another clause names it.
                new.collation = nil
            default: continue
            }
        }
        for case .defaultCollation(let collation) in actions {
            new.collation = collation
            new.charset = CharsetName.ofCollation(collation)
        }
    }

    // MARK: Columns

    /// As MySQL does it (sql/sql_table.cc, prepare_fields_and_keys): first the columns that are there, each as it was
    /// or as a clause changes it; then, in the statement's order, those that are new or get another place.
    private mutating func setColumns(_ actions: [AlterAction]) throws(Stop) {
        for action in actions {
            switch action {
            case .dropColumn(let name, let ifExists):
                if ifExists, old.column(named: name) == nil { continue }
                try drop(column: new.columns.remove(at: try index(of: name)).name)
            case .renameColumn(let from, let to):
                guard new.columns[try index(of: from)].name == to else {
                    throw Stop(reason: "column \(from) was renamed to \(to)")
                }
            case .alterColumn(let name, let alteration):
                new.columns[try index(of: name)].apply(alteration)
            case .modifyColumn(let column, _): try change(column.name, to: column)
            case .changeColumn(let from, let column, _): try change(from, to: column)
            default: continue
            }
        }
        var placed: [(column: ColumnDefinition, position: ColumnPosition)] = []
        for action in actions {
            switch action {
            case .addColumn(let column, let position, let ifNotExists):
                if old.column(named: column.name) != nil {
                    if ifNotExists { continue }
                    throw Stop(reason: "column \(column.name) was dropped and added, or is there already")
                }
                placed.append((try resolved(column), position))
            case .modifyColumn(let column, let position), .changeColumn(_, let column, let position):
                if position == .unspecified { continue }
                placed.append((new.columns.remove(at: try index(of: column.name)), position))
            default: continue
            }
        }
        for (column, position) in placed {
            switch position {
            case .unspecified: new.columns.append(column)
            case .first: new.columns.insert(column, at: 0)
            case .after(let name): new.columns.insert(column, at: try index(of: name) + 1)
            }
        }
    }

    /// Indexes lose the column, too, and go with their last one.
    private mutating func drop(column name: String) throws(Stop) {
        guard !new.primaryKey.contains(name) else {
            throw Stop(reason: "column \(name) was dropped, and is part of the key")
        }
        for index in new.uniqueKeys.indices { new.uniqueKeys[index].columns.removeAll { $0 == name } }
        new.uniqueKeys.removeAll { $0.columns.isEmpty }
    }

    private func index(of name: String) throws(Stop) -> Int {
        let found =
            new.columns.firstIndex { $0.name == name }
            ?? new.columns.firstIndex { TableDefinition.sameIdentifier($0.name, name) }
        guard let found else { throw Stop(reason: "there is no column \(name)") }
        return found
    }

    private func resolved(_ column: ColumnDefinition) throws(Stop) -> ColumnDefinition {
        guard let resolved = new.resolved(column) else {
            throw Stop(reason: "the character set of column \(column.name) is not known")
        }
        return resolved
    }

    private mutating func change(_ from: String, to column: ColumnDefinition) throws(Stop) {
        let index = try index(of: from)
        let old = new.columns[index]
        // MODIFY finds the column without regard to case and takes the name as it writes it.
        guard old.name == column.name else { throw Stop(reason: "column \(old.name) was renamed to \(column.name)") }
        // Rows that hold 0 or NULL get a number, without row events.
        guard old.isAutoIncrement || !column.isAutoIncrement else {
            throw Stop(reason: "column \(old.name) numbers the rows from now on")
        }
        guard !old.isGenerated, !column.isGenerated else {
            throw Stop(reason: "column \(old.name) is computed, and was defined again")
        }
        new.columns[index] = try resolved(column)
    }

    // MARK: Keys

    private mutating func setKeys(_ actions: [AlterAction]) throws(Stop) {
        for case .dropIndex(let name) in actions { drop(name) }
        // All names are those from before the statement.
        let kept = new.uniqueKeys
        for case .renameIndex(let from, let to) in actions {
            for index in kept.indices where kept[index].isNamed(from) { new.uniqueKeys[index].name = to }
        }
        for case .addIndex(let key) in actions {
            if key.kind == .primary {
                guard let columns = new.fullNames(key), new.primaryKey.isEmpty else {
                    throw Stop(reason: "the primary key does not fit the table")
                }
                new.primaryKey = columns
            } else if !new.add(key, name: key.name) {
                throw Stop(reason: "a key is over a column that is not there")
            }
        }
    }

    private mutating func drop(_ name: String?) {
        guard let name, name.lowercased() != "primary" else {
            new.primaryKey = []
            return
        }
        if let index = new.uniqueKeys.firstIndex(where: { $0.isNamed(name) }) {
            new.uniqueKeys.remove(at: index)
        } else {
            // Most likely an index that identifies nothing; it might be a key whose name the server chose.
            new.uniqueKeys.removeAll { $0.name == nil }
        }
    }

    // MARK: Rows

    /// Another character set or collation of a column may change what others compute from it, without row events.
    private func requireSameGeneratedValues() throws(Stop) {
        for column in old.columns {
            guard let changed = new.columns.first(where: { TableDefinition.sameIdentifier($0.name, column.name) })
            else {
                continue
            }
            let hasNewCharset = changed.charset != column.charset
            let hasNewCollation = changed.collation == nil || changed.collation != column.collation
            guard ColumnDefinition.hasCharset(column.columnType), hasNewCharset || hasNewCollation, changed != column
            else { continue }
            for dependent in old.columns where dependent.mayDepend(on: column.name, hasNewCharset: hasNewCharset) {
                throw Stop(
                    reason: "column \(column.name) was defined again, and \(dependent.name) may be computed from it"
                )
            }
        }
    }

    private func requireNothingComputed(from name: String) throws(Stop) {
        for dependent in old.columns where dependent.mayDepend(on: name, hasNewCharset: false) {
            throw Stop(reason: "column \(name) was defined again, and \(dependent.name) may be computed from it")
        }
    }

    /// The older rows must hold a value that the statement says.
    private func requireKnownValue(of column: ColumnDefinition) throws(Stop) {
        if column.isGenerated { throw Stop(reason: "the values of the added column \(column.name) are computed") }
        if column.isAutoIncrement { throw Stop(reason: "the added column \(column.name) numbers the rows") }
        switch column.defaultValue {
        case .none, .null, .constant: return
        case .expression(let text):
            throw Stop(reason: "the added column \(column.name) has a default that is an expression: \(text)")
        case .literal(let text):
            throw Stop(
                reason: "the added column \(column.name) has a default whose exact value is not known: \(text)"
            )
        }
    }
}

extension UniqueKey {
    fileprivate func isNamed(_ name: String) -> Bool {
        self.name.map { TableDefinition.sameIdentifier($0, name) } ?? false
    }
}

extension ColumnDefinition {
    fileprivate mutating func apply(_ alteration: ColumnAlteration) {
        switch alteration {
        case .setVisible(let isVisible): isInvisible = !isVisible
        case .dropDefault: defaultValue = isNullable ? .null : .none
        case .setDefault(let value):
            defaultValue = ColumnDefault(value, columnType: columnType, charset: charset)
        }
    }

    /// Whether this column may be computed from the one of that name.
    ///
    /// Where it is not known whether it is computed at all, only another character set counts.
    fileprivate func mayDepend(on name: String, hasNewCharset: Bool) -> Bool {
        if generation == .unknown { return hasNewCharset }
        guard isGenerated else { return false }
        guard let generationExpression else { return true }
        return generationExpression.lowercased().contains(TableName.quote(name).lowercased())
    }
}
