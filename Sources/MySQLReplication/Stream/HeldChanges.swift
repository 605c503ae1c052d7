import MySQLProtocol
import MySQLSchema

/// What an XA transaction has changed, kept until its outcome is known: nobody sees it before, and it may never be.
struct HeldChanges {
    enum Step {
        case tableMap(TableMapEvent)
        case rows(RowsEventCopy)
        case statement(UnseenChange)
    }

    private(set) var steps: [Step] = []
    /// Bytes that the steps take, about.
    private(set) var bytes = 0
    /// The tables of its table maps.
    private(set) var tables: Set<TableName> = []
    /// Whether it was too large to keep: then only its tables are known.
    private(set) var isGivenUp = false

    mutating func append(_ step: Step) {
        if case .tableMap(let map) = step { tables.insert(TableName(database: map.database, table: map.table)) }
        if isGivenUp { return }
        // A table map shares its columns with those before it.
        bytes += 128
        if case .rows(let rows) = step { bytes += rows.byteCount }
        steps.append(step)
    }

    /// Lets go of all but the tables.
    mutating func giveUp() {
        isGivenUp = true
        steps = []
        bytes = 0
    }
}

/// A statement that changed rows without saying which.
struct UnseenChange {
    /// All databases that it used; nil where it may be any.
    var databases: [String]?
    /// A table that it has created.
    var created: TableName?
    var cause: String
    /// Follows `leat tables resync TABLE`.
    var remedy: String
}
