import LeatState
import Warehouse

/// Rows `first..<end` of one transaction, as a batch records that it holds them.
struct RecordedPart {
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
        countsAllTables = part.transaction.hasSuffix(BatchDefinition.Part.mark)
        transaction = part.gtid
        first = part.first
        end = part.end
    }

    /// What is written to `leat.batches`.
    var recorded: BatchDefinition.Part {
        .init(transaction: transaction + BatchDefinition.Part.mark, first: first, end: end)
    }

    var isLast: Bool { end == BatchDefinition.Part.untilTheEnd }
}
