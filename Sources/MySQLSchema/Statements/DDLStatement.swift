/// What a statement in the binlog (the text of a Query event) does to the tables that Leat follows.
///
/// With row format, rows never arrive as statements: what is left are DDL, transaction control and administration.
/// A parser for a replica needs to be right about what it claims and honest about what it does not understand, so
/// everything that is not known to be harmless ends as ``unparsable(_:)`` or ``dataChange(verb:table:)``.
package enum DDLStatement: Hashable, Sendable {
    case createTable(CreateTable)
    case alterTable(TableName, actions: [AlterAction])
    case dropTables([TableName], ifExists: Bool)
    case truncate(TableName)
    case renameTables([TableRename])
    case createDatabase(String)
    case alterDatabase(String)
    case dropDatabase(String)
    case createIndex(on: TableName, KeyDefinition)
    case dropIndex(String, on: TableName)
    case transactionControl(TransactionControl)
    /// Rows change by a statement instead of row events (`binlog_format` STATEMENT or MIXED, LOAD DATA, a stored
    /// function with side effects logged as SELECT or DO): fatal for a replica. `table` is the one that is named first,
    /// if any.
    case dataChange(verb: String, table: TableName?)
    /// Changes no table's rows or columns: users, views, routines, triggers, maintenance …. Holds the verb.
    case irrelevant(String)
    /// Not understood; holds the reason.
    case unparsable(String)

    /// - Parameters:
    ///   - defaultDatabase: the Query event's database, for names without one; empty for none.
    ///   - dialect: the server and `sql_mode` that the statement ran under.
    ///   - foldsNames: whether the server folds names of databases and tables (`lower_case_table_names=1`).
    package init(
        parsing sql: String,
        defaultDatabase: String = "",
        dialect: SQLDialect = SQLDialect(),
        foldsNames: Bool = false
    ) {
        self.init(
            parsing: Array(sql.utf8),
            defaultDatabase: defaultDatabase,
            dialect: dialect,
            foldsNames: foldsNames
        )
    }

    /// The same for a statement's bytes, read as UTF-8. Names that are not UTF-8 make the statement unparsable.
    package init(
        parsing sql: [UInt8],
        defaultDatabase: String = "",
        dialect: SQLDialect = SQLDialect(),
        foldsNames: Bool = false
    ) {
        if sql == Self.begin {
            self = .transactionControl(.begin)
            return
        }
        do {
            var parser = SQLParser(sql, defaultDatabase: defaultDatabase, dialect: dialect, foldsNames: foldsNames)
            self = try parser.statement()
        } catch {
            self = .unparsable((error as? SQLSyntaxError)?.reason ?? "\(error)")
        }
    }

    /// What nearly every transaction starts with.
    private static let begin = Array("BEGIN".utf8)

    /// The tables that the statement names and changes. Empty for statements about databases and for what is not
    /// understood.
    package var tables: [TableName] {
        switch self {
        case .createTable(let create): [create.name]
        case .alterTable(let name, let actions):
            [name]
                + actions.compactMap { action in
                    switch action {
                    case .rename(let other), .exchangesRows(let other, _): other
                    default: nil
                    }
                }
        case .dropTables(let names, _): names
        case .truncate(let name): [name]
        case .renameTables(let pairs): pairs.flatMap { [$0.from, $0.to] }
        case .createIndex(let name, _), .dropIndex(_, let name): [name]
        case .dataChange(_, let table): table.map { [$0] } ?? []
        case .createDatabase, .alterDatabase, .dropDatabase, .transactionControl, .irrelevant, .unparsable: []
        }
    }

    /// ALTER TABLE, CREATE INDEX and DROP INDEX as one: the table, and what is done to it. `nil` for every other
    /// statement.
    package var alteration: (table: TableName, actions: [AlterAction])? {
        switch self {
        case .alterTable(let name, let actions): (name, actions)
        case .createIndex(let name, let key): (name, [.addIndex(key)])
        case .dropIndex(let index, let name): (name, [.dropIndex(index)])
        default: nil
        }
    }
}
