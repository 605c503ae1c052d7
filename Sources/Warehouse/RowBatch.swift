import ClickHouseFormat
import ColumnarBytes
import LeatState

/// The rows of one table within one batch: the mapped columns and Leat's own, in ClickHouse's layout already.
///
/// Filled by one decoder, then handed to one inserter. Row ordinals are counted over the whole batch, not per table.
package final class RowBatch: @unchecked Sendable {
    // Sendable because it is handed over whole, from the decoder to the inserter, and never shared.

    package let table: WarehouseTable
    /// One buffer per column of `table`, in its order.
    package let columns: [ColumnBuffer]
    /// Rows changed at the source, by what was done to them.
    package var changes = RowChanges()
    private let ordinals = ColumnBuffer(layout: .fixed(width: 8), isNullable: false)
    private let deleted = ColumnBuffer(layout: .fixed(width: 1), isNullable: false)
    private let committedAt = ColumnBuffer(layout: .fixed(width: 8), isNullable: false)
    /// Filled when a block is encoded.
    private let versions = ColumnBuffer(layout: .fixed(width: 8), isNullable: false)

    package init(table: WarehouseTable) {
        self.table = table
        columns = table.columns.map { ColumnBuffer(layout: $0.layout, isNullable: $0.isNullable) }
    }

    package var rows: Int { ordinals.rows }

    /// Bytes in use.
    package var byteCount: Int {
        var sum = ordinals.byteCount + deleted.byteCount + committedAt.byteCount
        for column in columns { sum += column.byteCount }
        return sum
    }

    /// Completes a row whose columns were just appended.
    ///
    /// - Parameters:
    ///   - ordinal: the row's place in the batch.
    ///   - committedAt: microseconds since 1970 (UTC) when the source committed it.
    package func finishRow(ordinal: UInt64, isDeleted: Bool, committedAt microseconds: Int64) {
        ordinals.append(ordinal)
        deleted.append(UInt8(isDeleted ? 1 : 0))
        committedAt.append(microseconds)
    }

    /// The checksum of the rows that are there, tombstones left out.
    package var checksum: RowsChecksum {
        RowHashing.checksum(
            of: zip(table.columns, columns).map { (ReservedNames.shownName(of: $0.name), $1) },
            leavingOut: deleted.data.bytes
        )
    }

    /// Forgets the rows and keeps the storage.
    package func removeAll() {
        for column in columns { column.removeAll() }
        ordinals.removeAll()
        deleted.removeAll()
        committedAt.removeAll()
    }

    /// The rows as one Native block with their versions in batch `number`.
    ///
    /// - Throws: `NativeFormatError` if the columns do not fit the table, which would be a bug in Leat.
    package func encoded(asBatch number: UInt64) throws -> GrowableBytes {
        let bytes = GrowableBytes(minimumCapacity: byteCount + rows * 8 + 4096)
        try encode(asBatch: number, into: bytes)
        return bytes
    }

    /// Appends the rows as one Native block with their versions in batch `number`.
    ///
    /// - Throws: `NativeFormatError` if the columns do not fit the table, which would be a bug in Leat.
    package func encode(asBatch number: UInt64, into bytes: GrowableBytes) throws {
        versions.removeAll()
        let base = RowVersion.first(ofBatch: number)
        ordinals.data.bytes.withMemoryRebound(to: UInt64.self) { all in
            for ordinal in all { versions.append(base | UInt64(littleEndian: ordinal)) }
        }
        var native: [NativeColumn] = []
        native.reserveCapacity(columns.count + 3)
        for (column, buffer) in zip(table.columns, columns) {
            native.append(NativeColumn(name: column.name, type: column.wireType, buffer: buffer))
        }
        native.append(NativeColumn(name: "_version", type: "UInt64", buffer: versions))
        native.append(NativeColumn(name: "_deleted", type: "UInt8", buffer: deleted))
        native.append(NativeColumn(name: "_committed_at", type: "DateTime64(6, 'UTC')", buffer: committedAt))
        try NativeBlockEncoder.encode(columns: native, rows: rows, into: bytes)
    }
}
