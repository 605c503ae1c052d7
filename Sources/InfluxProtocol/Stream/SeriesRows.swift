import ColumnarBytes

/// Rows of a streamed result: one buffer a column, all with the same number of rows.
public final class SeriesRows: Sendable {
    public let columns: [SeriesColumn]
    /// In the order of ``columns``.
    public let buffers: [ColumnBuffer]

    public init(columns: [SeriesColumn]) {
        self.columns = columns
        buffers = columns.map { $0.makeBuffer() }
    }

    public var rows: Int { buffers.first?.rows ?? 0 }

    /// Bytes in use.
    public var byteCount: Int { buffers.reduce(0) { $0 + $1.byteCount } }

    /// Forgets the rows and keeps the memory.
    public func removeAll() { for buffer in buffers { buffer.removeAll() } }
}
