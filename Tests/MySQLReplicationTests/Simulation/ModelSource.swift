import MySQLProtocol
import MySQLSchema

/// A MySQL server in so far as a replica can tell: tables of integers, transactions, DDL, and the binlog that they leave.
struct ModelSource {
    struct Column: Equatable {
        var name: String
        var isNullable: Bool
        /// The default; nil: NULL, or the type's zero where that is not allowed.
        var value: Int32?
    }

    struct Table: Equatable {
        /// The first is the key.
        var columns: [Column]
        /// Values in the order of the columns.
        var rows: [Int32: [Int32?]] = [:]
    }

    /// What one GTID of the binlog is.
    struct Logged {
        var sequence: Int64
        var events: [[UInt8]]
        /// For the report of a failure.
        var text: String
    }

    static let database = "shop"
    private(set) var tables: [String: Table] = [:]
    private(set) var log: [Logged] = []
    /// What happened without being logged, too.
    private(set) var history: [String] = []
    private var created = 0
    /// Tables to which something was done that is not carried over.
    private(set) var changed: Set<String> = []
    /// Tables that were dropped without a word in the binlog. What is then made under the name by a statement that may
    /// have done nothing cannot be told apart from what was there, no more than unlogged changes of rows can.
    private var droppedUnlogged: Set<String> = []

    var executed: GTIDSet { Self.set(upTo: Int64(log.count)) }

    static func set(upTo sequence: Int64) -> GTIDSet {
        guard sequence > 0, let set = try? GTIDSet(parsing: "\(BinlogWriter.uuid):1-\(sequence)") else {
            return GTIDSet()
        }
        return set
    }

    static func name(_ table: String) -> TableName { TableName(database: database, table: table) }

    func definition(_ table: String) -> TableDefinition? {
        tables[table].map { found in
            TableDefinition(
                name: Self.name(table),
                columns: found.columns.map { column in
                    ColumnDefinition(
                        name: column.name,
                        columnType: "int",
                        isNullable: column.isNullable,
                        defaultValue: column.value.map { .constant("\($0)") } ?? (column.isNullable ? .null : .none)
                    )
                },
                primaryKey: ["id"]
            )
        }
    }

    var definitions: [TableDefinition] { tables.keys.sorted().compactMap(definition) }

    // MARK: What clients do

    static let names = ["a", "b", "c"]

    /// Something that clients do to a server, or nothing.
    mutating func act(_ random: inout Randomness) {
        let table = Self.names.randomElement(using: &random) ?? "a"
        switch Int.random(in: 0..<40, using: &random) {
        case 0..<24: transaction(&random)
        case 24..<27: create(table, ifNotExists: false, isLogged: true)
        case 27: create(table, ifNotExists: true, isLogged: true)
        case 28: drop(table, isLogged: true)
        case 29..<31: truncate(table)
        case 31: rename(table, to: Self.names.randomElement(using: &random) ?? "b")
        case 32..<34: addColumn(table, &random)
        case 34: dropColumn(table, addsAgain: true)
        case 35: dropColumn(table, addsAgain: false)
        case 36: alterDefault(table, &random)
        case 37: statementLogged(table, &random)
        case 38:
            // As with sql_log_bin = 0, or a dump that is restored without its GTIDs.
            if Bool.random(using: &random) {
                create(table, ifNotExists: false, isLogged: false)
            } else {
                drop(table, isLogged: false)
            }
        default: renumber(table)
        }
    }

    private mutating func transaction(_ random: inout Randomness) {
        guard !tables.isEmpty else { return }
        var events: [[UInt8]] = []
        var text: [String] = []
        for index in 0..<Int.random(in: 1...3, using: &random) {
            guard let name = tables.keys.sorted().randomElement(using: &random), var table = tables[name] else {
                continue
            }
            var changes: [ModelBinlog.Change] = []
            let kind = Int.random(in: 0..<3, using: &random)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let id = Int32.random(in: 1...8, using: &random)
                let row: [Int32?] = table.columns.indices.map { column in
                    column == 0
                        ? id
                        : table.columns[column].isNullable && Bool.random(using: &random)
                            ? nil : Int32.random(in: 0...99, using: &random)
                }
                switch (kind, table.rows[id]) {
                case (0, nil), (1, nil):
                    changes.append(.insert(row))
                    table.rows[id] = row
                case (0, let old?), (1, let old?):
                    changes.append(.update(from: old, to: row))
                    table.rows[id] = row
                case (_, let old?):
                    changes.append(.delete(old))
                    table.rows[id] = nil
                default: break
                }
            }
            guard !changes.isEmpty else { continue }
            tables[name] = table
            events.append(ModelBinlog.tableMap(UInt64(index + 10), name, table.columns))
            events += ModelBinlog.rows(UInt64(index + 10), table.columns.count, changes)
            text.append("\(changes.count) rows of \(name)")
        }
        guard !events.isEmpty else { return }
        append(events: [BinlogWriter.begin] + events + [BinlogWriter.xid], text.joined(separator: ", "))
    }

    private mutating func append(events: [[UInt8]], _ text: String) {
        let sequence = Int64(log.count + 1)
        guard let gtid = try? BinlogWriter.gtid(sequence) else { return }
        log.append(Logged(sequence: sequence, events: [gtid] + events, text: text))
        history.append("\(sequence): \(text)")
    }

    private mutating func execute(_ sql: String, isLogged: Bool = true) {
        if isLogged { append(events: [BinlogWriter.query(sql)], sql) } else { history.append("unlogged: \(sql)") }
    }

    private mutating func create(_ name: String, ifNotExists: Bool, isLogged: Bool) {
        guard tables[name] == nil || ifNotExists else { return }
        if droppedUnlogged.contains(name) {
            guard isLogged, !ifNotExists else { return }
            droppedUnlogged.remove(name)
        }
        if tables[name] == nil {
            tables[name] = Table(columns: [
                Column(name: "id", isNullable: false), Column(name: "v", isNullable: false),
            ])
        }
        execute(
            "CREATE TABLE \(ifNotExists ? "IF NOT EXISTS " : "")shop.\(name) (id INT PRIMARY KEY, v INT NOT NULL)",
            isLogged: isLogged
        )
    }

    private mutating func drop(_ name: String, isLogged: Bool) {
        guard tables.removeValue(forKey: name) != nil else { return }
        if !isLogged {
            droppedUnlogged.insert(name)
            changed.insert(name)
        }
        execute("DROP TABLE shop.\(name)", isLogged: isLogged)
    }

    private mutating func truncate(_ name: String) {
        guard tables[name] != nil else { return }
        tables[name]?.rows = [:]
        execute("TRUNCATE TABLE shop.\(name)")
    }

    private mutating func rename(_ name: String, to other: String) {
        guard let table = tables[name], name != other, !droppedUnlogged.contains(other) else { return }
        if changed.contains(name) || changed.contains(other) { changed.formUnion([name, other]) }
        if let second = tables[other] {
            // As tools do it that exchange a table for its copy.
            tables[name] = second
            tables[other] = table
            execute("RENAME TABLE shop.\(name) TO shop.x, shop.\(other) TO shop.\(name), shop.x TO shop.\(other)")
        } else {
            tables[name] = nil
            tables[other] = table
            execute("RENAME TABLE shop.\(name) TO shop.\(other)")
        }
    }

    private mutating func addColumn(_ name: String, _ random: inout Randomness) {
        guard var table = tables[name], table.columns.count < 4 else { return }
        created += 1
        let isNullable = Bool.random(using: &random)
        let value = Int32.random(in: 1...9, using: &random)
        let column = Column(name: "c\(created)", isNullable: isNullable, value: value)
        table.columns.append(column)
        for id in table.rows.keys { table.rows[id]?.append(value) }
        tables[name] = table
        execute(
            "ALTER TABLE shop.\(name) ADD COLUMN \(column.name) INT \(isNullable ? "NULL" : "NOT NULL") DEFAULT \(value)"
        )
        if Bool.random(using: &random) { alterDefault(name, &random) }
    }

    /// What Django does after each ADD COLUMN.
    private mutating func alterDefault(_ name: String, _ random: inout Randomness) {
        guard let table = tables[name], let last = table.columns.indices.last, last > 1 else { return }
        let column = table.columns[last]
        if Bool.random(using: &random) {
            tables[name]?.columns[last].value = nil
            execute("ALTER TABLE shop.\(name) ALTER COLUMN \(column.name) DROP DEFAULT")
        } else {
            tables[name]?.columns[last].value = 77
            execute("ALTER TABLE shop.\(name) ALTER COLUMN \(column.name) SET DEFAULT 77")
        }
    }

    private mutating func dropColumn(_ name: String, addsAgain: Bool) {
        guard var table = tables[name], let last = table.columns.indices.last, last > 1 else { return }
        let column = table.columns[last]
        changed.insert(name)
        table.columns.removeLast()
        for id in table.rows.keys { table.rows[id]?.removeLast() }
        var sql = "ALTER TABLE shop.\(name) DROP COLUMN \(column.name)"
        if addsAgain {
            table.columns.append(column)
            let value = column.value ?? (column.isNullable ? nil : 0)
            for id in table.rows.keys { table.rows[id]?.append(value) }
            sql += ", ADD COLUMN \(column.name) INT \(column.isNullable ? "NULL" : "NOT NULL")"
            if let value = column.value { sql += " DEFAULT \(value)" }
        }
        tables[name] = table
        execute(sql)
    }

    /// The key is dropped and made again: the definition afterwards is the same.
    private mutating func renumber(_ name: String) {
        guard var table = tables[name] else { return }
        changed.insert(name)
        var rows: [Int32: [Int32?]] = [:]
        for (index, id) in table.rows.keys.sorted().enumerated() {
            var row = table.rows[id] ?? []
            row[0] = Int32(index + 1)
            rows[Int32(index + 1)] = row
        }
        table.rows = rows
        tables[name] = table
        execute("ALTER TABLE shop.\(name) DROP COLUMN id, ADD COLUMN id INT NOT NULL PRIMARY KEY FIRST")
    }

    /// A session with `binlog_format = STATEMENT`.
    private mutating func statementLogged(_ name: String, _ random: inout Randomness) {
        guard var table = tables[name], !table.rows.isEmpty else { return }
        changed.formUnion(Self.names)
        for id in table.rows.keys { table.rows[id]?[1] = 55 }
        tables[name] = table
        append(
            events: [
                BinlogWriter.begin, BinlogWriter.query("UPDATE shop.\(name) SET v = 55", databases: ["shop"]),
                BinlogWriter.xid,
            ],
            "UPDATE shop.\(name) SET v = 55, logged as a statement"
        )
    }

    /// The configuration is changed, or nothing.
    mutating func note(_ text: String) { history.append(text) }
}
