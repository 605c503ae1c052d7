import LeatState
import MySQLProtocol
import MySQLSchema
import Warehouse

/// One step in a table's life: what is done, what the table then is, and what follows from that.
///
/// The order makes every step repeatable. `prepare` can be carried out any number of times, also by a later start that
/// knows nothing of the first attempt. Then `entry` is saved, and only then does memory change
/// (``TableLifecycle/commit(_:)``). `finish` comes last; what of it is cut off by a crash, the next start does by
/// itself (following and copying are in the state), or does again with the barrier, which is not acknowledged before.
struct TableStep: Sendable {
    let table: TableName
    /// Before the state is saved.
    var prepare: [TableAction] = []
    /// What is saved.
    var entry: TableLifecycle.Entry
    /// After the state was saved.
    var finish: [TableAction] = []
    /// What an operator should know.
    var notice: Notice?
    /// What is saved as passed over is what the stream had received when the table was followed.
    var beginsFollowing = false
    /// A copy begins: ranges count from the highest batch number that is known when the state is saved, so that none of
    /// an earlier copy does.
    var beginsCopy = false

    enum Notice: Sendable { case quarantined, waiting, complete, dropped }

    /// The step with what is only known once `prepare` is done.
    ///
    /// - Parameters:
    ///   - last: the highest batch number claimed.
    ///   - received: what the stream had received when the table was followed.
    func ready(last: UInt64, received: GTIDSet) -> TableStep {
        var step = self
        if beginsCopy { step.entry.state.copiedFrom = max(last, step.entry.state.copiedFrom) }
        // Nothing of what was on its way when the table was left out may count beside the copy.
        if beginsCopy, step.entry.mapping?.isMultiset ?? false, step.entry.state.replaces.isEmpty {
            step.entry.state.floor = step.entry.state.copiedFrom + 1
        }
        if beginsFollowing { step.entry.state.passedOver = received.description }
        return step
    }
}

/// What a step does to the world. Each can be repeated.
enum TableAction: Sendable, Equatable {
    // MARK: In ClickHouse

    /// Creates databases, raw table and view where they are missing.
    case create(WarehouseTable, floor: UInt64)
    /// Adds columns that are missing, each with the constant that older rows have in it, and shows them.
    case addColumns([AddedColumn], to: WarehouseTable, floor: UInt64)
    /// Gives columns types that have more values, takes columns away, and shows the others as the table has them.
    case reshape(WarehouseTable, widened: [WarehouseTable.Column], dropped: [String], floor: UInt64)
    /// Makes text of columns that hold dates, in the rows that are there too.
    case convertToText([WarehouseTable.Column], of: WarehouseTable, floor: UInt64)
    /// Makes the view show nothing below batch `floor`.
    case showFrom(WarehouseTable, floor: UInt64)
    /// Keeps what the raw table holds under another name that says the batch, and takes the view away. Nothing happens
    /// where this was done before, or there is no such table.
    case setAside(database: String, name: String, batch: UInt64)
    /// Creates databases and raw table where they are missing, and leaves the view as it is.
    case createBehind(WarehouseTable)
    /// Keeps the raw table of a table's former definition under another name and lets the view show it, from the floor
    /// on. Creates the raw table of the new definition. Where that was done before, what a copy has brought since stays
    /// or is dropped.
    case replace(by: WarehouseTable, as: String, floor: UInt64, keepsCopied: Bool)
    /// Drops what was kept so.
    case removeReplaced(String, of: WarehouseTable)
    /// Deletes what the view no longer shows, in the background.
    case removeBelowFloor(WarehouseTable, floor: UInt64)

    // MARK: In this process

    /// Reads no further ranges. What is claimed stays claimed.
    case stopCopy
    /// Lets go of the numbers that the table's copies have claimed and not written.
    case releaseClaims
    /// Copies the table, from where its state says. At the end, rows that are older than the copy are removed, unless
    /// there can be none (``TableLifecycle/needsNumber(toAdopt:over:)``).
    case startCopy(hasOlderRows: Bool)
    /// Decodes the table's rows from here on, but for those of transactions that its copy has seen (a GTID set). Rows
    /// of those of which nobody knows whether it has (another) make the copy void.
    case follow(TableMapping, passingOver: String, uncertain: String = "")
    /// Passes over the table's rows from here on; they still count in split transactions.
    case leaveOut
    /// Knows nothing of the table any more.
    case unfollow

    struct AddedColumn: Sendable, Equatable {
        var column: WarehouseTable.Column
        /// The column before it; nil for the first.
        var after: String?
        /// A ClickHouse expression; nil where NULL or the type's own default is right.
        var `default`: String?
    }
}
