import LeatState
import Pipeline

/// Rows `first..<end` of one transaction, as a batch records that it holds them.
struct RecordedPart {
    /// Behind the GTID of every part that is numbered over the rows of all tables. Earlier versions left rows of tables
    /// that they did not follow uncounted, and had no mark; they refuse to start from parts that have it.
    private static let mark = "*"

    /// The transaction's GTID.
    let transaction: String
    let first: UInt64
    /// `BatchDefinition.Part.untilTheEnd` for the transaction's last part.
    let end: UInt64
    /// Whether rows of all tables count.
    let countsAllTables: Bool

    init(_ transaction: String, first: UInt64, end: UInt64) {
        self.transaction = transaction
        self.first = first
        self.end = end
        countsAllTables = true
    }

    init(_ part: BatchDefinition.Part) {
        countsAllTables = part.transaction.hasSuffix(Self.mark)
        transaction = countsAllTables ? String(part.transaction.dropLast(Self.mark.count)) : part.transaction
        first = part.first
        end = part.end
    }

    /// What is written to `leat.batches`.
    var recorded: BatchDefinition.Part { .init(transaction: transaction + Self.mark, first: first, end: end) }

    var isLast: Bool { end == BatchDefinition.Part.untilTheEnd }
}
