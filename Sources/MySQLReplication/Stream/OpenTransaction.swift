import LeatState
import MySQLProtocol
import MySQLSchema
import PipelineCore
import Warehouse

/// A transaction of which the stream has not seen the end: how far it was read, and where its rows went.
///
/// Rows are numbered over all rows of the transaction, of whatever table. Batches that hold only a part of it are
/// defined by these numbers, so the numbers must come out alike whenever and from wherever it is sent again, whatever
/// tables are followed then.
struct OpenTransaction {
    /// Where the rows that were read last went. They pass from left to right, and back to `.settled` whenever the open
    /// batch is cut.
    private enum Placement: Equatable {
        /// Rows below `first` are in batches that were handed over; the open batch has none.
        case settled(first: UInt64)
        /// In a batch that was defined before a crash.
        case planned
        /// In the open batch, which has those from `first` on.
        case open(first: UInt64)
    }

    let gtid: GTID
    /// The GTID as batches record it.
    let text: String
    /// When the source committed it: microseconds since 1970 (UTC).
    let committedAt: Int64
    /// Rows read on this connection.
    private(set) var rows: UInt64 = 0
    /// Rows below this were taken on an earlier connection, or before a crash.
    private(set) var skipBelow: UInt64 = 0
    private var placement = Placement.settled(first: 0)
    /// Whether it was opened by a statement, and so ends with one: otherwise its only statement is all of it.
    var hasBegun = false
    /// What it has changed so far, if it is an XA transaction: kept until its outcome is known.
    var held: HeldChanges?
    /// The prepared transaction that it is the outcome of: both are complete together.
    var outcomeOf: GTID?
    /// Whether parts of it were recorded by a version that did not count rows of tables that it did not follow: what is
    /// in them cannot be derived from the numbers, which depend on what it was configured to follow.
    private(set) var hasUncertainParts = false
    /// The tables that have rows in it.
    private(set) var tables: Set<TableName> = []
    /// Whether nothing of what was read of it has changed a table that is to be followed.
    private(set) var isQuiet = true

    init(_ gtid: GTID, committedAt: Int64) {
        self.gtid = gtid
        text = gtid.description
        self.committedAt = committedAt
    }

    /// The first row that is not in an earlier batch.
    private var partStart: UInt64 {
        switch placement {
        case .settled(let first), .open(let first): first
        case .planned: rows
        }
    }

    /// Whether the open batch has rows of it.
    var hasOpenRows: Bool { if case .open = placement { true } else { false } }

    /// Whether its newest row is in a batch that was defined before a crash.
    var isInPlanned: Bool { placement == .planned }

    /// Whether the rows that come are new to this process and all batches before.
    var isPastKnown: Bool { rows >= skipBelow }

    // MARK: Beginning

    /// Its parts were recorded under other numbers.
    mutating func distrustParts() { hasUncertainParts = true }

    /// Rows below `row` are in the warehouse.
    mutating func skip(below row: UInt64) {
        skipBelow = row
        placement = .settled(first: row)
    }

    /// Takes over how far the same transaction had come on a connection that broke.
    mutating func resume(_ earlier: OpenTransaction) {
        skipBelow = earlier.skipBelow
        placement = earlier.placement
        isQuiet = earlier.isQuiet
    }

    /// The connection broke. It may not have come to where an earlier one was.
    mutating func interrupt() {
        skipBelow = max(skipBelow, rows)
        held = nil
    }

    // MARK: Rows

    mutating func note(_ table: TableName) { tables.insert(table) }

    /// It has changed, or may have changed, a table that is to be followed.
    mutating func noteChange() { isQuiet = false }

    /// Numbers the next row.
    ///
    /// - Returns: nil if it was taken already.
    @inline(__always)
    mutating func next() -> UInt64? {
        defer { rows &+= 1 }
        return rows < skipBelow ? nil : rows
    }

    /// Counts rows that are read and not decoded.
    mutating func count(_ more: UInt64) { rows &+= more }

    /// Back to where it was before an event that could not be decoded.
    mutating func rewind(toRow row: UInt64) { rows = row }

    /// A row went into a batch that was defined before a crash.
    mutating func placedInPlanned() { placement = .planned }

    /// The row of that number goes into the open batch.
    @inline(__always)
    mutating func placedInOpen(_ row: UInt64) {
        switch placement {
        case .open: return
        case .settled(let first): placement = .open(first: first)
        // The rows before are in batches that were defined before the crash.
        case .planned: placement = .open(first: row)
        }
    }

    // MARK: Ending

    /// The open batch ends here.
    ///
    /// - Returns: the part of the transaction that it holds, if any.
    mutating func cut() -> BatchDefinition.Part? {
        guard case .open(let first) = placement else { return nil }
        let end = max(rows, skipBelow)
        placement = .settled(first: end)
        return RecordedPart(text, first: first, end: end).recorded
    }

    /// The transaction ends, in the open batch.
    ///
    /// - Returns: the last part, if earlier batches hold others.
    var lastPart: BatchDefinition.Part? {
        guard partStart > 0 else { return nil }
        return RecordedPart(text, first: partStart, end: BatchDefinition.Part.untilTheEnd).recorded
    }
}
