import MySQLClient
import MySQLProtocol
import NIOConcurrencyHelpers
import Pipeline

/// Takes the rows of one key range off the connection and decodes them straight into columns; asks for a pause when a
/// block is full, so that a range of large rows passes in bounded memory.
final class RangeConsumer: PacketConsumer, @unchecked Sendable {
    // Sendable because the variables are only touched under `lock`.

    private let lock = NIOLock()
    private let decoder: TextRowDecoder
    private var rows: RowBatch
    private var ordinal: UInt64 = 0
    private var isPaused = false
    private let bytesMax: Int
    /// Microseconds since 1970 that the rows carry as `_committed_at`: when the range was read.
    private let readAt: Int64
    private let onFull: @Sendable () -> Void

    init(
        mapping: TableMapping,
        bytesMax: Int,
        readAt: Int64,
        onFull: @escaping @Sendable () -> Void
    ) throws(ColumnValueError) {
        decoder = try TextRowDecoder(types: mapping.types, nullable: mapping.warehouse.columns.map(\.isNullable))
        rows = RowBatch(table: mapping.warehouse)
        self.bytesMax = bytesMax
        self.readAt = readAt
        self.onFull = onFull
    }

    func consume(_ payload: UnsafeRawBufferPointer) throws -> ReadDemand {
        let isFull = try lock.withLock {
            try decoder.decode(payload, into: rows.columns)
            rows.finishRow(ordinal: ordinal, isDeleted: false, committedAt: readAt)
            ordinal &+= 1
            // Looking at the size costs more than a row: look now and then.
            if ordinal & 0xFF == 0, rows.byteCount >= bytesMax { isPaused = true }
            return isPaused
        }
        if isFull {
            onFull()
            return .pause
        }
        return .more
    }

    /// The rows read so far; reading goes on into fresh ones.
    func takeRows() -> RowBatch {
        lock.withLock {
            let taken = rows
            rows = RowBatch(table: taken.table)
            isPaused = false
            return taken
        }
    }

    /// Rows read in all.
    var count: UInt64 { lock.withLock { ordinal } }
}
