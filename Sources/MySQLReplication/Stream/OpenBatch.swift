import LeatState
import MySQLProtocol
import Warehouse

/// A batch that the stream is still filling: whole transactions, and at its ends at most parts of large ones.
package final class OpenBatch: @unchecked Sendable {
    // Sendable because it is handed over whole, from the decoding event loop to the task that writes it.

    /// When it was filled.
    struct Times {
        /// When the oldest row came in.
        var started: ContinuousClock.Instant?
        /// When it was handed over; nil for a batch that is replayed.
        var cut: ContinuousClock.Instant?
        /// How long decoding its rows took.
        var decoding = Duration.zero
        /// When the source committed the newest transaction, in microseconds since 1970 (UTC).
        var newestCommit: Int64 = 0
    }

    /// The number it was defined under before a crash; nil for a batch that is new.
    let number: UInt64?
    /// Transactions that are complete with this batch.
    var transactions = GTIDSet()
    var parts: [BatchDefinition.Part] = []
    private(set) var tables: [String: RowBatch] = [:]
    /// Rows of which the binlog has only some columns: their keys. They are read again at the source before the batch
    /// counts as written.
    private(set) var incomplete: [String: RowBatch] = [:]
    /// What the rows of each table were decoded by.
    private var followed: [String: FollowedTable] = [:]
    /// What its rows were before; none where nobody asks for checksums, or where they are recorded already.
    private(set) var before: [String: BeforeImages] = [:]
    private(set) var rows: UInt64 = 0
    var times = Times()
    /// What it counts for while the warehouse has not taken it: its bytes in memory when it was handed over.
    var heldBytes = 0
    /// At least as many bytes as its rows take in memory.
    private var bytesBound = 0

    init(number: UInt64? = nil) { self.number = number }

    var isEmpty: Bool { rows == 0 }

    var byteCount: Int {
        incomplete.values.reduce(tables.values.reduce(0) { $0 + $1.byteCount }) { $0 + $1.byteCount }
    }

    /// How a table's rows were decoded.
    func mapping(of table: String) -> TableMapping? { followed[table]?.mapping }

    /// Bytes in memory of its rows as they are and as they were. Takes time for each column.
    var bytesInMemory: Int { before.values.reduce(byteCount) { $0 + $1.byteCount } }

    /// Rows were added that take `bytes` in memory at most.
    func grew(byAtMost bytes: Int) { bytesBound &+= bytes }

    /// Whether its rows take `bytes` in memory. Counts them only where they might.
    func reaches(_ bytes: Int) -> Bool {
        guard bytesBound >= bytes else { return false }
        bytesBound = bytesInMemory
        return bytesBound >= bytes
    }

    /// The rows of `table`, which are created at first use.
    func rows(of table: FollowedTable) -> RowBatch {
        if let existing = tables[table.name] { return existing }
        let created = RowBatch(table: table.mapping.warehouse)
        tables[table.name] = created
        followed[table.name] = table
        return created
    }

    /// The same for rows that are to be completed.
    func incompleteRows(of table: FollowedTable) -> RowBatch {
        if let existing = incomplete[table.name] { return existing }
        let created = RowBatch(table: table.mapping.warehouse)
        incomplete[table.name] = created
        return created
    }

    func before(_ table: WarehouseTable, named name: String) -> BeforeImages {
        if let existing = before[name] { return existing }
        let created = BeforeImages(table)
        before[name] = created
        return created
    }

    /// Forgets the rows of a table that cannot be followed any further.
    func remove(table name: String) {
        tables[name] = nil
        incomplete[name] = nil
        followed[name] = nil
        before[name] = nil
    }

    /// Forgets the rows of tables that were stopped since they were decoded.
    func removeTables(unless hasStayed: (FollowedTable) -> Bool) {
        for (name, table) in followed where !hasStayed(table) { remove(table: name) }
    }

    /// The ordinal for the next row.
    func nextOrdinal() -> UInt64 {
        defer { rows &+= 1 }
        return rows
    }

    /// What the rows so far are, as `leat.batches` records it.
    ///
    /// - Parameter checksums: with what they do to the tables' checksums. The images from before are gone then.
    func definition(checksums hasChecksums: Bool) -> BatchDefinition {
        var checksums: [String: RowsChecksum] = [:]
        if hasChecksums {
            // What rows that are read again have become is not known yet.
            for (name, rows) in tables where incomplete[name] == nil {
                guard let images = before[name] else {
                    checksums[name] = rows.checksum
                    continue
                }
                if let lost = images.checksum { checksums[name] = rows.checksum - lost }
            }
            before = [:]
        }
        return BatchDefinition(
            kind: .stream,
            position: transactions.description,
            parts: parts,
            rows: Dictionary(
                uniqueKeysWithValues: tables.map { ($0, UInt64($1.rows + (incomplete[$0]?.rows ?? 0))) }
            ),
            checksums: checksums
        )
    }
}
