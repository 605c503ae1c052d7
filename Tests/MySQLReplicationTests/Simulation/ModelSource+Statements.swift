import MySQLProtocol

/// What clients do.
extension ModelSource {
    mutating func actAsClient(_ random: inout Randomness) throws {
        let table = Self.names.randomElement(using: &random) ?? "a"
        switch Int.random(in: 0..<42, using: &random) {
        case 0..<23: try transaction(&random)
        case 23: try transaction(&random, hasStatement: true)
        case 24..<27: try create(table, ifNotExists: false, isLogged: true, &random)
        case 27: try create(table, ifNotExists: true, isLogged: true, &random)
        case 28: try drop(table, isLogged: true)
        case 29..<31: try truncate(table)
        case 31: try rename(table, to: Self.names.randomElement(using: &random) ?? "b")
        case 32..<34: try addColumn(table, &random)
        case 34: try dropColumn(table, addsAgain: true)
        case 35: try dropColumn(table, addsAgain: false)
        case 36: try alterDefault(table, &random)
        case 37: try statementLogged(table)
        case 38:
            // As with sql_log_bin = 0, or a dump that is restored without its GTIDs.
            guard servers.count == 1 else { return }
            if Bool.random(using: &random) {
                try create(table, ifNotExists: false, isLogged: false, &random)
            } else {
                try drop(table, isLogged: false)
            }
        case 39: try quietStatement()
        case 40: try rowsElsewhere()
        default: try renumber(table)
        }
    }

    /// - Parameter hasStatement: whether a session with `binlog_format = STATEMENT` for one of its statements makes it.
    mutating func transaction(_ random: inout Randomness, hasStatement: Bool = false) throws {
        var tables = self.tables
        guard !tables.isEmpty else { return }
        var events: [[UInt8]] = []
        var text: [String] = []
        var all: [(table: String, changes: [ModelBinlog.Change])] = []
        for index in 0..<Int.random(in: 1...3, using: &random) {
            guard let name = tables.keys.sorted().randomElement(using: &random), var table = tables[name] else {
                continue
            }
            let changes = Self.changes(of: &table, &random)
            guard !changes.isEmpty else { continue }
            tables[name] = table
            events.append(
                ModelBinlog.tableMap(UInt64(index + 10), name, table.columns, hasKey: table.hasKey)
            )
            let isMinimal = hasMinimalImages && table.hasKey && Int.random(in: 0..<3, using: &random) == 0
            events += ModelBinlog.rows(UInt64(index + 10), table.columns, changes, isMinimal: isMinimal)
            text.append("\(changes.count) rows of \(name)\(isMinimal ? " in part" : "")")
            all.append((name, changes))
        }
        guard !events.isEmpty else { return }
        var touches = Set(all.map(\.table))
        if hasStatement, let name = all.last?.table {
            events.append(BinlogWriter.query("UPDATE shop.\(name) SET v = 55", databases: [Self.database]))
            text.append("UPDATE shop.\(name) SET v = 55, logged as a statement")
            changed.formUnion(Self.names)
            touches.formUnion(Self.names)
        }
        try commit(
            [BinlogWriter.begin] + events + [BinlogWriter.xid],
            text.joined(separator: ", "),
            touching: touches
        ) { tables in
            for (name, changes) in all {
                guard tables[name]?.apply(changes) ?? false else { return false }
            }
            if hasStatement, let name = all.last?.table { tables[name]?.setAll(to: 55) }
            return true
        }
    }

    private static func changes(of table: inout Table, _ random: inout Randomness) -> [ModelBinlog.Change] {
        var changes: [ModelBinlog.Change] = []
        let kind = Int.random(in: 0..<3, using: &random)
        if !table.hasKey { return changesOfEqualRows(of: &table, kind, &random) }
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let id = Int32.random(in: 1...8, using: &random)
            let row: [Int32?] = table.columns.indices.map { column in
                column == 0
                    ? id
                    : table.columns[column].isNullable && Bool.random(using: &random)
                        ? nil : Int32.random(in: 0...99, using: &random)
            }
            switch (kind, table.rows[id]) {
            case (0, nil), (1, nil): changes.append(.insert(row))
            case (0, let old?), (1, let old?): changes.append(.update(from: old, to: row))
            case (_, let old?): changes.append(.delete(old))
            default: continue
            }
            _ = changes.last.map { table.apply([$0]) }
        }
        return changes
    }

    /// Few values, so that there are equal rows.
    private static func changesOfEqualRows(
        of table: inout Table,
        _ kind: Int,
        _ random: inout Randomness
    ) -> [ModelBinlog.Change] {
        var changes: [ModelBinlog.Change] = []
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let row: [Int32?] = table.columns.map { column in
                column.isNullable && Bool.random(using: &random) ? nil : Int32.random(in: 1...2, using: &random)
            }
            let old = table.rows.sorted { $0.key < $1.key }.randomElement(using: &random)?.value
            switch (kind, old) {
            case (0, _), (_, nil): changes.append(.insert(row))
            case (1, let old?): changes.append(.update(from: old, to: row))
            case (_, let old?): changes.append(.delete(old))
            }
            _ = changes.last.map { table.apply([$0]) }
        }
        return changes
    }

    /// A statement that changes no rows of any table.
    mutating func quietStatement() throws {
        try execute("CREATE USER somebody", touching: []) { _ in true }
    }

    /// A transaction with rows of a table that is not followed.
    mutating func rowsElsewhere() throws {
        let columns = [Column(name: "id", isNullable: false), Column(name: "v", isNullable: false)]
        let events = [
            BinlogWriter.begin, ModelBinlog.tableMap(9, "t", columns, database: "other"),
        ]
        let rows = ModelBinlog.rows(9, columns, [.insert([1, 2])])
        try commit(events + rows + [BinlogWriter.xid], "a row of other.t", touching: []) { _ in true }
    }

    private mutating func create(
        _ name: String,
        ifNotExists: Bool,
        isLogged: Bool,
        _ random: inout Randomness
    ) throws {
        guard tables[name] == nil || ifNotExists else { return }
        if droppedUnlogged.contains(name) {
            guard isLogged, !ifNotExists else { return }
            droppedUnlogged.remove(name)
        }
        let hasKey = !mayLackKeys || Int.random(in: 0..<4, using: &random) == 0
        let key = hasKey ? "id INT PRIMARY KEY" : "id INT NOT NULL"
        try execute(
            "CREATE TABLE \(ifNotExists ? "IF NOT EXISTS " : "")shop.\(name) (\(key), v INT NOT NULL)",
            touching: [name],
            isLogged: isLogged
        ) { tables in
            guard tables[name] == nil else { return ifNotExists }
            tables[name] = Table(
                columns: [Column(name: "id", isNullable: false), Column(name: "v", isNullable: false)],
                hasKey: hasKey
            )
            return true
        }
    }

    private mutating func drop(_ name: String, isLogged: Bool) throws {
        guard tables[name] != nil else { return }
        if !isLogged {
            droppedUnlogged.insert(name)
            changed.insert(name)
        }
        try execute("DROP TABLE shop.\(name)", touching: [name], isLogged: isLogged) { tables in
            tables.removeValue(forKey: name) != nil
        }
    }

    private mutating func truncate(_ name: String) throws {
        guard tables[name] != nil else { return }
        try execute("TRUNCATE TABLE shop.\(name)", touching: [name]) { tables in
            tables[name]?.rows = [:]
            return tables[name] != nil
        }
    }

    private mutating func rename(_ name: String, to other: String) throws {
        guard tables[name] != nil, name != other, !droppedUnlogged.contains(other) else { return }
        if changed.contains(name) || changed.contains(other) { changed.formUnion([name, other]) }
        let isExchange = tables[other] != nil
        // As tools do it that exchange a table for its copy.
        let sql =
            isExchange
            ? "RENAME TABLE shop.\(name) TO shop.x, shop.\(other) TO shop.\(name), shop.x TO shop.\(other)"
            : "RENAME TABLE shop.\(name) TO shop.\(other)"
        try execute(sql, touching: [name, other]) { tables in
            let (first, second) = (tables[name], tables[other])
            guard first != nil, (second != nil) == isExchange else { return false }
            tables[name] = second
            tables[other] = first
            return true
        }
    }

    private mutating func addColumn(_ name: String, _ random: inout Randomness) throws {
        guard let table = tables[name], table.columns.count < 4 else { return }
        created += 1
        let isNullable = Bool.random(using: &random)
        var column = Column(name: "c\(created)", isNullable: isNullable)
        if hasDates, Int.random(in: 0..<3, using: &random) > 0 {
            column.isDate = true
            column.value = Bool.random(using: &random) ? nil : Int32.random(in: 0...99, using: &random)
        } else {
            column.value = Int32.random(in: 1...9, using: &random)
        }
        let isRequired = isNullable ? "NULL" : "NOT NULL"
        let value = column.value.map { " DEFAULT \(column.literal($0))" } ?? ""
        try execute(
            "ALTER TABLE shop.\(name) ADD COLUMN \(column.name) \(column.type) \(isRequired)\(value)",
            touching: [name]
        ) { [column] tables in
            tables[name]?.add(column, column.valueOfOlderRows)
            return tables[name] != nil
        }
        if Bool.random(using: &random) { try alterDefault(name, &random) }
    }

    /// What Django does after each ADD COLUMN.
    private mutating func alterDefault(_ name: String, _ random: inout Randomness) throws {
        guard let table = tables[name], let last = table.columns.indices.last, last > 1 else { return }
        let column = table.columns[last]
        let value: Int32? = Bool.random(using: &random) ? nil : 77
        let change = value.map { "SET DEFAULT \(column.literal($0))" } ?? "DROP DEFAULT"
        try execute(
            "ALTER TABLE shop.\(name) ALTER COLUMN \(column.name) \(change)",
            touching: [name]
        ) { tables in
            guard tables[name]?.columns.last?.name == column.name else { return false }
            tables[name]?.columns[last].value = value
            return true
        }
    }

    private mutating func dropColumn(_ name: String, addsAgain: Bool) throws {
        guard let table = tables[name], let last = table.columns.indices.last, last > 1 else { return }
        let column = table.columns[last]
        if addsAgain { changed.insert(name) }
        var sql = "ALTER TABLE shop.\(name) DROP COLUMN \(column.name)"
        if addsAgain {
            sql += ", ADD COLUMN \(column.name) \(column.type) \(column.isNullable ? "NULL" : "NOT NULL")"
            if let value = column.value { sql += " DEFAULT \(column.literal(value))" }
        }
        try execute(sql, touching: [name]) { tables in
            guard tables[name]?.columns.last?.name == column.name else { return false }
            tables[name]?.removeLastColumn()
            if addsAgain { tables[name]?.add(column, column.valueOfOlderRows) }
            return true
        }
    }

    /// The key is dropped and made again: the definition afterwards is the same.
    private mutating func renumber(_ name: String) throws {
        guard tables[name]?.hasKey ?? false else { return }
        changed.insert(name)
        try execute(
            "ALTER TABLE shop.\(name) DROP COLUMN id, ADD COLUMN id INT NOT NULL PRIMARY KEY FIRST",
            touching: [name]
        ) { tables in
            tables[name]?.renumber()
            return tables[name] != nil
        }
    }

    /// A session with `binlog_format = STATEMENT`.
    private mutating func statementLogged(_ name: String) throws {
        guard let table = tables[name], !table.rows.isEmpty else { return }
        changed.formUnion(Self.names)
        try commit(
            [
                BinlogWriter.begin, BinlogWriter.query("UPDATE shop.\(name) SET v = 55", databases: [Self.database]),
                BinlogWriter.xid,
            ],
            "UPDATE shop.\(name) SET v = 55, logged as a statement",
            touching: Set(Self.names)
        ) { tables in
            tables[name]?.setAll(to: 55)
            return tables[name] != nil
        }
    }
}
