extension TableDefinition {
    /// The table that a CREATE TABLE makes.
    ///
    /// - Parameter databaseCharset: the default character set of the table's database, where the statement names none.
    /// - Returns: `nil` where it cannot be determined exactly: a character set that is needed and not known, a key over
    ///   a column that is not there.
    package init?(body: CreateTableBody, name: TableName, databaseCharset: String?) {
        let charset =
            body.charset ?? body.collation.map(CharsetName.ofCollation)
            ?? databaseCharset.map(CharsetName.normalized)
        self.init(
            name: name,
            columns: [],
            engine: body.engine ?? "",
            charset: charset,
            collation: body.collation
        )
        for column in body.columns {
            guard let resolved = resolved(column) else { return nil }
            columns.append(resolved)
        }
        var names = KeyNames()
        for key in body.keys {
            if key.kind == .primary {
                guard let columns = fullNames(key) else { return nil }
                primaryKey = columns
            } else {
                let chosen = names.name(of: key)
                // The indexes of foreign keys take names, too.
                guard add(key, name: key.name ?? (body.hasForeignKeys ? nil : chosen)) else { return nil }
            }
        }
        requirePrimaryKeyValues()
    }

    /// The column with everything that the table decides; `nil` where that is not known.
    func resolved(_ column: ColumnDefinition) -> ColumnDefinition? {
        guard column.charset == nil, ColumnDefinition.hasCharset(column.columnType) else { return column }
        return charset.map { column.withDefaultCharset($0, collation: collation) }
    }

    /// Adds the key, if it is a UNIQUE one.
    ///
    /// - Returns: whether its columns are there.
    mutating func add(_ key: KeyDefinition, name: String?) -> Bool {
        guard key.kind == .unique else { return true }
        var unique = UniqueKey(name: name, columns: [])
        for part in key.parts {
            guard let named = part.column else {
                unique.hasPartialParts = true
                continue
            }
            guard let column = column(named: named) else { return false }
            unique.columns.append(column.name)
            if column.isPartial(prefix: part.length) { unique.hasPartialParts = true }
        }
        uniqueKeys.append(unique)
        return true
    }

    /// The names of the key's columns as the columns spell them.
    func fullNames(_ key: KeyDefinition) -> [String]? {
        var names: [String] = []
        for part in key.parts {
            guard let column = part.column.flatMap({ column(named: $0) }) else { return nil }
            names.append(column.name)
        }
        return names
    }

    /// A primary key's columns are NOT NULL, said or not.
    mutating func requirePrimaryKeyValues() {
        for index in columns.indices
        where columns[index].isNullable && primaryKey.contains(where: { Self.sameIdentifier($0, columns[index].name) })
        {
            columns[index].isNullable = false
            if columns[index].defaultValue == .null { columns[index].defaultValue = .none }
        }
    }
}

extension ColumnDefinition {
    /// Whether a key over the first `length` characters or bytes leaves something of the column out.
    fileprivate func isPartial(prefix length: Int?) -> Bool {
        guard let length else { return false }
        var parser = SQLParser(Array(columnType.utf8), defaultDatabase: "", dialect: SQLDialect())
        guard let type = try? parser.identifier().lowercased(),
            ["char", "varchar", "binary", "varbinary"].contains(type),
            let declared = (try? parser.numbers())?.first
        else { return true }
        return length < declared
    }
}
