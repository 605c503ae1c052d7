import MySQLClient
import MySQLProtocol
import MySQLSchema

@testable import MySQLReplication

/// One MySQL server in so far as a replica can tell: tables of integers and dates, what it has executed, its binlog.
struct ModelServer {
    struct Column: Equatable {
        var name: String
        var isNullable: Bool
        /// The default; nil: NULL, or the type's zero where that is not allowed.
        var value: Int32?
        /// A DATE, whose values are ``ModelDate``; otherwise an INT.
        var isDate = false

        /// What rows from before it have in it.
        var valueOfOlderRows: Int32? { value ?? (isNullable ? nil : isDate ? ModelDate.zero : 0) }
        /// As SQL.
        var type: String { isDate ? "DATE" : "INT" }

        func literal(_ value: Int32) -> String { isDate ? "'\(ModelDate.text(value))'" : "\(value)" }
    }

    struct Table: Equatable {
        /// The first is the key, if there is one.
        var columns: [Column]
        var hasKey = true
        /// Values in the order of the columns; without a key under numbers that nobody sees.
        var rows: [Int32: [Int32?]] = [:]
    }

    typealias Tables = [String: Table]
    /// What a transaction does to a server's tables; false where it cannot be applied there.
    typealias Effect = (inout Tables) -> Bool

    /// What one GTID of the binlog is.
    struct Logged {
        var gtid: GTID
        var events: [[UInt8]]
        /// The tables of the model's database that it changes.
        var touches: Set<String>
        var effect: Effect
    }

    let uuid: MySQLUUID
    private(set) var tables: Tables = [:]
    private(set) var log: [Logged] = []
    private(set) var executed = GTIDSet()
    /// How many transactions, from the first on, are no longer in the binlogs.
    private(set) var purgedCount = 0
    private var committed: Int64 = 0
    /// The server that it replicates from, by its index.
    var source: Int?
    /// A transaction of its source could not be applied, or is not in its source's binlogs.
    private(set) var hasStopped = false
    var isDown = false

    init(uuid: MySQLUUID) { self.uuid = uuid }

    var purged: GTIDSet {
        var purged = GTIDSet()
        for logged in log[..<purgedCount] { purged.insert(logged.gtid) }
        return purged
    }

    /// What is examined of it before it is followed.
    func position(among servers: [ModelServer]) -> HostPosition {
        var replica: ReplicaStatus?
        if let source {
            var status = ReplicaStatus(isReceiving: true, isApplying: !hasStopped, secondsBehind: nil)
            status.sources = [servers[source].uuid]
            replica = status
        }
        return HostPosition(serverUUID: uuid, executed: executed, purged: purged, replica: replica)
    }

    /// Executes something that its binlog does not show.
    mutating func executeUnlogged(_ effect: Effect) -> Bool { effect(&tables) }

    /// Commits a transaction of its own.
    ///
    /// - Returns: nil where its tables do not allow it.
    mutating func commit(
        _ events: [[UInt8]],
        touching touches: Set<String>,
        _ effect: @escaping Effect
    ) throws -> Logged? {
        guard effect(&tables) else { return nil }
        committed += 1
        let gtid = try GTID(uuid: uuid, sequence: committed)
        let logged = Logged(
            gtid: gtid,
            events: [try BinlogWriter.gtid(committed, of: uuid.description)] + events,
            touches: touches,
            effect: effect
        )
        log.append(logged)
        executed.insert(gtid)
        return logged
    }

    /// Applies what its source has and it has not, `count` transactions at most.
    mutating func replicate(from other: ModelServer, atMost count: Int) {
        guard !hasStopped, !isDown, !other.isDown else { return }
        var left = count
        for (index, logged) in other.log.enumerated() where !executed.contains(logged.gtid) {
            guard left > 0 else { return }
            left -= 1
            var tables = tables
            guard index >= other.purgedCount, logged.effect(&tables) else {
                hasStopped = true
                return
            }
            self.tables = tables
            log.append(logged)
            executed.insert(logged.gtid)
        }
    }

    /// Follows another server from now on, or none.
    mutating func follow(_ index: Int?) {
        source = index
        hasStopped = false
    }

    mutating func purge(_ count: Int) { purgedCount = min(log.count, purgedCount + count) }

    // MARK: What can be read

    func definition(_ table: String) -> TableDefinition? {
        tables[table].map { found in
            TableDefinition(
                name: ModelSource.name(table),
                columns: found.columns.map { column in
                    ColumnDefinition(
                        name: column.name,
                        columnType: column.isDate ? "date" : "int",
                        isNullable: column.isNullable,
                        defaultValue: column.value.map { .constant(column.isDate ? ModelDate.text($0) : "\($0)") }
                            ?? (column.isNullable ? .null : .none)
                    )
                },
                primaryKey: found.hasKey ? ["id"] : []
            )
        }
    }

    var definitions: [TableName: TableDefinition] {
        Dictionary(tables.keys.compactMap(definition).map { ($0.name, $0) }) { first, _ in first }
    }
}
