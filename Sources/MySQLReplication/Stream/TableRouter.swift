import MySQLProtocol
import MySQLSchema
import PipelineCore
import Warehouse

/// Which tables' rows are decoded, which are only counted, and which of them a table id of the stream stands for.
///
/// Rows of all tables are counted, since their numbers must not depend on what is followed: see ``OpenTransaction``.
struct TableRouter {
    /// Where rows of a table id go.
    enum Route {
        /// Not to be followed; the decoder passes over its rows. It is nil where they cannot even be counted, since the
        /// table has a column of unknown type: then they have no numbers, whoever reads them.
        case ignored(RowDecoder?)
        /// To be followed, but stopped.
        case quarantined(RowDecoder?)
        case followed(FollowedTable)
    }

    /// What keeps a table's rows from being followed.
    enum Problem {
        case refused(TableRefusal)
        /// Nothing is known of the table: no CREATE TABLE of it was in the binlog. A copy finds its rows.
        case unannounced
    }

    private let isWanted: @Sendable (TableName) -> Bool
    /// Whether the source folds names of databases and tables: table maps hold them folded, statements do not.
    let foldsNames: Bool
    private var followed: [TableName: FollowedTable] = [:]
    private var quarantined: Set<TableName> = []
    /// How many times each table was stopped.
    private var stops: [TableName: Int] = [:]
    /// Transactions whose rows of a table the table's copy has seen, and which were passed over before it was followed.
    private var passedOver: [TableName: GTIDSet] = [:]
    /// Transactions of which nobody can say whether the table's copy has seen them (``SourceSnapshot``).
    private var uncertain: [TableName: GTIDSet] = [:]
    /// By table id, until the transaction ends.
    private var routes: [UInt64: (name: TableName, route: Route)] = [:]
    /// What passes over rows of tables that are not decoded, by table, for its newest layout.
    private var skippers: [TableName: (map: TableMapEvent, decoder: RowDecoder?)] = [:]

    /// Tables that are not followed may be many, and may come and go.
    private static let skippersMax = 1024

    init(foldsNames: Bool, isWanted: @escaping @Sendable (TableName) -> Bool) {
        self.foldsNames = foldsNames
        self.isWanted = isWanted
    }

    mutating func follow(_ mapping: TableMapping, passingOver transactions: GTIDSet, uncertain: GTIDSet) {
        passedOver[mapping.definition.name] = transactions.isEmpty ? nil : transactions
        self.uncertain[mapping.definition.name] = uncertain.isEmpty ? nil : uncertain
        quarantined.remove(mapping.definition.name)
        followed[mapping.definition.name] = FollowedTable(mapping, stops: stops[mapping.definition.name] ?? 0)
    }

    mutating func stop(_ table: TableName, asQuarantined isQuarantined: Bool) {
        followed[table] = nil
        stops[table, default: 0] += 1
        if isQuarantined { quarantined.insert(table) } else { quarantined.remove(table) }
        // The transaction that is being read may have more rows of it.
        for (id, entry) in routes where entry.name == table {
            if case .followed(let followed) = entry.route {
                routes[id] = (table, isQuarantined ? .quarantined(followed.skipper) : .ignored(followed.skipper))
            }
        }
    }

    func isFollowed(_ table: TableName) -> Bool { followed[table] != nil }

    /// Whether a table has been followed ever since this was: also where a copy or a statement has begun it again.
    func hasStayed(_ table: FollowedTable) -> Bool { (stops[table.mapping.definition.name] ?? 0) == table.stops }

    /// The tables that a statement may have changed whose rows are not in the binlog.
    ///
    /// - Parameters:
    ///   - databases: all whose tables it uses; nil where it may be any.
    ///   - created: one that it creates, if that is to be followed.
    func tables(in databases: [String]?, and created: TableName?) -> [TableName] {
        let used = databases.map { Set(foldsNames ? $0.map(TableName.folded) : $0) }
        var tables = Set(followed.keys.filter { used?.contains($0.database) ?? true })
        if let created, !quarantined.contains(created), isWanted(created) { tables.insert(created) }
        return tables.sorted()
    }

    /// Table ids may mean other tables from here on.
    mutating func forgetRoutes() { routes.removeAll(keepingCapacity: true) }

    func route(of tableID: UInt64) -> (name: TableName, route: Route)? { routes[tableID] }

    /// Notes what a table id stands for.
    ///
    /// - Returns: what keeps rows of the table from being followed, if they were to be; it has to be left out then.
    mutating func take(_ map: TableMapEvent, of transaction: GTID?) -> (table: TableName, problem: Problem)? {
        let name = TableName(database: map.database, table: map.table)
        if let passed = passedOver[name], let transaction, passed.contains(transaction) {
            routes[map.tableID] = (name, .quarantined(skipper(for: map, of: name)))
            return nil
        }
        if let table = followed[name] {
            let isUncertain = transaction.map { uncertain[name]?.contains($0) ?? false } ?? false
            guard let refusal = isUncertain ? Self.uncertainCopy : table.prepare(for: map) else {
                routes[map.tableID] = (name, .followed(table))
                return nil
            }
            routes[map.tableID] = (name, .quarantined(skipper(for: map, of: name)))
            return (name, .refused(refusal))
        }
        let skipper = skipper(for: map, of: name)
        guard quarantined.contains(name) || isWanted(name) else {
            routes[map.tableID] = (name, .ignored(skipper))
            return nil
        }
        routes[map.tableID] = (name, .quarantined(skipper))
        if quarantined.contains(name) { return nil }
        return (name, .unannounced)
    }

    private static let uncertainCopy = TableRefusal(
        cause: "a transaction changed it at the very moment at which its copy began",
        remedy: "",
        isOfCopy: true
    )

    private mutating func skipper(for map: TableMapEvent, of name: TableName) -> RowDecoder? {
        if let known = skippers[name], known.map.describesSameRows(as: map) { return known.decoder }
        if skippers.count >= Self.skippersMax { skippers.removeAll() }
        let decoder = try? map.skippingDecoder()
        skippers[name] = (map, decoder)
        return decoder
    }

    /// Whether a statement concerns a table whose rows are decoded.
    func isFollowed(anyOf statement: DDLStatement) -> Bool {
        switch statement {
        case .dropDatabase(let database): followed.keys.contains { $0.database == database }
        case .unparsable, .dataChange: true
        default: statement.tables.contains { followed[$0] != nil }
        }
    }

    /// Whether the pipeline has to act upon a statement.
    func concerns(_ statement: DDLStatement) -> Bool {
        switch statement {
        case .createDatabase, .alterDatabase, .transactionControl, .irrelevant: false
        case .dropDatabase(let database):
            (Array(followed.keys) + quarantined).contains { $0.database == database }
        case .unparsable, .dataChange: true
        default: statement.tables.contains { isWanted($0) || followed[$0] != nil || quarantined.contains($0) }
        }
    }
}
