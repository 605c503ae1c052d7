import MySQLProtocol
import MySQLSchema
import Warehouse

/// Adds up what the stream brings, until it is asked.
struct StreamMeter {
    private var counts = StreamCounts()
    /// Tables with changes that are not in `counts` yet.
    private var changed: [FollowedTable] = []
    /// The table of heartbeat rows.
    private let heartbeat: TableName?

    init(heartbeat: TableName?) { self.heartbeat = heartbeat }

    mutating func event(bytes: Int) { counts.bytes &+= bytes }

    mutating func changes(_ rows: UInt64, of table: FollowedTable, _ operation: RowsEvent.Operation) {
        if table.count(rows, operation) { changed.append(table) }
    }

    /// Rows of a table that is not decoded.
    mutating func changes(_ rows: UInt64, of table: TableName, _ operation: RowsEvent.Operation) {
        counts.changes[table.description, default: RowChanges()].add(Int(clamping: rows), operation)
    }

    mutating func ended(_ transaction: OpenTransaction) {
        counts.transactions &+= 1
        if let heartbeat, transaction.tables.contains(heartbeat) { counts.heartbeatCommit = transaction.committedAt }
    }

    mutating func take() -> StreamCounts {
        for table in changed { counts.changes[table.name, default: RowChanges()] += table.takeChanges() }
        changed.removeAll(keepingCapacity: true)
        defer { counts = StreamCounts() }
        return counts
    }
}
