import ColumnarBytes

/// Rows of a streamed result: one buffer a column, all with the same number of rows.
package final class SeriesRows: Sendable {
    package let columns: [SeriesColumn]
    /// In the order of ``columns``.
    package let buffers: [ColumnBuffer]

    package init(columns: [SeriesColumn]) {
        self.columns = columns
        buffers = columns.map { $0.makeBuffer() }
    }

    package var rows: Int { buffers.first?.rows ?? 0 }

    /// Bytes in use.
    package var byteCount: Int { buffers.reduce(0) { $0 + $1.byteCount } }

    /// Forgets the rows and keeps the memory.
    package func removeAll() { for buffer in buffers { buffer.removeAll() } }
}
