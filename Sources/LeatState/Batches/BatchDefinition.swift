/// What a batch covers, written to `leat.batches` before any of its rows is: the claim on its number and, after a
/// crash, the recipe for replaying exactly it.
package struct BatchDefinition: Sendable, Equatable {
    /// What the batch is for, as `leat.batches.kind` holds it.
    package enum Kind: String, Sendable {
        /// Transactions read from the source's change stream.
        case stream
        /// One key range of a table's copy.
        case range
        /// A change of a table's shape or content that separates earlier batches from later ones.
        case barrier
        /// Single rows of a table, read again since they differed.
        case repair
    }

    /// A part of one transaction that is too large for one batch: rows `first..<end`, counted over all its row images.
    package struct Part: Sendable, Equatable {
        /// The rest of the transaction, however many rows that is.
        package static let untilTheEnd = UInt64.max

        package var transaction: String
        package var first: UInt64
        package var end: UInt64

        /// Follows the GTID of every part that is numbered over the rows of all tables. Earlier versions left rows of
        /// tables that they did not follow uncounted, and had no mark; they refuse to start from parts that have it.
        package static let mark = "*"

        /// The transaction's GTID, without the mark.
        package var gtid: String {
            transaction.hasSuffix(Self.mark) ? String(transaction.dropLast(Self.mark.count)) : transaction
        }

        package init(transaction: String, first: UInt64, end: UInt64) {
            self.transaction = transaction
            self.first = first
            self.end = end
        }
    }

    /// The batch's number: unique and rising within its pipeline, from 1.
    package var number: UInt64
    package var kind: Kind
    /// The source's positions that are complete once this batch and all before it are acknowledged (a GTID set).
    package var position: String
    /// Transactions of which this batch holds only a part.
    package var parts: [Part]
    /// The table, where the batch concerns one.
    package var table: String
    /// Rows by table.
    package var rows: [String: UInt64]
    /// What the batch adds to the checksum of each table, less what it takes away; no entry where that is not known.
    package var checksums: [String: RowsChecksum]
    /// What else replaying needs, in the words of whoever wrote it (JSON).
    package var detail: String

    package init(
        number: UInt64 = 0,
        kind: Kind,
        position: String = "",
        parts: [Part] = [],
        table: String = "",
        rows: [String: UInt64] = [:],
        checksums: [String: RowsChecksum] = [:],
        detail: String = ""
    ) {
        self.number = number
        self.kind = kind
        self.position = position
        self.parts = parts
        self.table = table
        self.rows = rows
        self.checksums = checksums
        self.detail = detail
    }
}
