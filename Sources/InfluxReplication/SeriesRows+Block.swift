import ClickHouseFormat
import ColumnarBytes
import InfluxProtocol
import LeatState
import Warehouse

extension SeriesTable {
    /// The table's columns in its order, as results and pushes are decoded into them.
    var seriesColumns: [SeriesColumn] {
        schema.tags.map { .tag($0) } + [.time] + schema.fields.map { .field($0.column, $0.type) }
            + schema.laterTags.map { .tag($0) }
    }
}

extension SeriesRows {
    /// The rows as one Native block for the columns of `table`, which must be those the rows were made for.
    ///
    /// - Throws: `NativeFormatError` if they are not, which would be a bug in Leat.
    func block(for table: SeriesTable) throws -> GrowableBytes {
        var native: [NativeColumn] = []
        for (column, buffer) in zip(table.columns, buffers) {
            native.append(NativeColumn(name: column.name, type: column.wireType, buffer: buffer))
        }
        let bytes = GrowableBytes(minimumCapacity: byteCount + 4096)
        try NativeBlockEncoder.encode(columns: native, rows: rows, into: bytes)
        return bytes
    }

    /// The windows that the rows' times are in.
    ///
    /// - Parameter place: of the column `time`.
    func windows(timeAt place: Int, length: Int64) -> Set<Int64> {
        var windows: Set<Int64> = []
        var last: Int64?
        buffers[place].data.bytes.withMemoryRebound(to: Int64.self) { times in
            for time in times {
                let time = Int64(littleEndian: time)
                if let last, time >= last, time < last.addingClamped(length) { continue }
                let window = time.floored(to: length)
                windows.insert(window)
                last = window
            }
        }
        return windows
    }
}
