import ColumnarBytes

/// A statement of the traffic.
struct TrafficStatement: Sendable, Equatable {
    enum Kind: Sendable { case insert, update, delete }

    let kind: Kind
    let sql: String
    /// Row changes that it makes on a database that nobody else writes to.
    let rows: Int
}

/// Statements that are committed, or rolled back, together.
struct TrafficTransaction: Sendable, Equatable {
    var statements: [TrafficStatement] = []
    var isRolledBack = false

    /// Row changes that last.
    var rows: Int { isRolledBack ? 0 : statements.reduce(0) { $0 + $1.rows } }
}

/// Collects the transactions of a round while they are written.
struct TrafficScript {
    private(set) var transactions: [TrafficTransaction] = []
    private var row = RowWriter(GrowableBytes(minimumCapacity: 1 << 14), style: .literals)

    /// Adds a transaction; nothing is added where `body` adds no statement.
    mutating func transaction(isRolledBack: Bool = false, _ body: (inout TrafficScript) -> Void) {
        transactions.append(TrafficTransaction(isRolledBack: isRolledBack))
        body(&self)
        if transactions[transactions.count - 1].statements.isEmpty { transactions.removeLast() }
    }

    /// Adds an `INSERT`.
    ///
    /// - Parameter rows: writes the rows and returns how many.
    mutating func insert(_ table: ShopTable, _ rows: (inout RowWriter) -> Int) {
        row.out.removeAll()
        row.beginRows()
        let count = rows(&row)
        guard count > 0 else { return }
        add(
            .insert,
            ShopSchema.definition(of: table).insertPrefix + String(decoding: row.out.bytes, as: UTF8.self),
            count
        )
    }

    /// Adds an `UPDATE table SET assignments WHERE condition`.
    mutating func update(_ table: ShopTable, _ assignments: String, where condition: String, rows: Int) {
        guard rows > 0 else { return }
        add(.update, "UPDATE `\(table.name)` SET \(assignments) WHERE \(condition)", rows)
    }

    /// Adds a `DELETE FROM table WHERE condition`.
    mutating func delete(_ table: ShopTable, where condition: String, rows: Int) {
        guard rows > 0 else { return }
        add(.delete, "DELETE FROM `\(table.name)` WHERE \(condition)", rows)
    }

    private mutating func add(_ kind: TrafficStatement.Kind, _ sql: String, _ rows: Int) {
        transactions[transactions.count - 1].statements.append(TrafficStatement(kind: kind, sql: sql, rows: rows))
    }
}
