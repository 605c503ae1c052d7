import MySQLProtocol
import MySQLSchema

/// The servers of one source: a primary on which clients do things, and others that replicate from it and take its
/// place.
struct ModelSource {
    typealias Table = ModelServer.Table
    typealias Column = ModelServer.Column

    /// What a transaction was, wherever it is now.
    struct Fact {
        var gtid: GTID
        var touches: Set<String>
    }

    static let database = "shop"
    static let names = ["a", "b", "c"]
    private static let uuids = [
        BinlogWriter.uuid, "bbbbbbbb-0000-0000-0000-000000000000", "cccccccc-0000-0000-0000-000000000000",
    ]

    var servers: [ModelServer]
    var primary = 0
    /// Where the present statement is executed.
    var acting = 0
    /// All that was ever committed anywhere.
    private(set) var facts: [Fact] = []
    /// What happened, also without being logged.
    private(set) var history: [String] = []
    var created = 0
    /// Whether tables may have dates.
    let hasDates: Bool
    /// Whether tables may be without a key.
    let mayLackKeys: Bool
    /// Whether sessions may log rows in part.
    let hasMinimalImages: Bool
    /// Tables to which something was done that is not carried over.
    var changed: Set<String> = []
    /// Tables that were dropped without a word in the binlog. What is then made under the name by a statement that may
    /// have done nothing cannot be distinguished from what was there, no more than unlogged changes of rows can.
    var droppedUnlogged: Set<String> = []

    init(servers count: Int, hasDates: Bool, mayLackKeys: Bool, hasMinimalImages: Bool) throws {
        self.hasMinimalImages = hasMinimalImages
        self.hasDates = hasDates
        self.mayLackKeys = mayLackKeys
        servers = try Self.uuids.prefix(count).map { ModelServer(uuid: try MySQLUUID(parsing: $0)) }
        for index in servers.indices.dropFirst() { servers[index].follow(0) }
    }

    static func name(_ table: String) -> TableName { TableName(database: database, table: table) }

    /// What clients mean by the source.
    var present: ModelServer { servers[primary] }
    var tables: ModelServer.Tables { servers[acting].tables }

    /// Something that happens at the source, or nothing.
    mutating func act(_ random: inout Randomness) throws {
        acting = primary
        if servers.count > 1, Int.random(in: 0..<3, using: &random) == 0 {
            try actOnHosts(&random)
            acting = primary
        } else {
            try actAsClient(&random)
        }
    }

    // MARK: What is done at the acting server

    mutating func commit(
        _ events: [[UInt8]],
        _ text: String,
        touching touches: Set<String>,
        _ effect: @escaping ModelServer.Effect
    ) throws {
        guard let logged = try servers[acting].commit(events, touching: touches, effect) else { return }
        facts.append(Fact(gtid: logged.gtid, touches: touches))
        let gtid = logged.gtid.description
        history.append("\(gtid.prefix(1))\(gtid.suffix(3)): \(text)\(acting == primary ? "" : " (at a replica alone)")")
    }

    mutating func execute(
        _ sql: String,
        touching touches: Set<String>,
        isLogged: Bool = true,
        _ effect: @escaping ModelServer.Effect
    ) throws {
        if isLogged {
            try commit([BinlogWriter.query(sql)], sql, touching: touches, effect)
        } else if servers[acting].executeUnlogged(effect) {
            history.append("unlogged: \(sql)")
        }
    }

    /// The configuration is changed, or nothing.
    mutating func note(_ text: String) { history.append(text) }
}
