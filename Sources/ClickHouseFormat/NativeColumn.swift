import ColumnarBytes

/// One column of a block to send.
public struct NativeColumn: Sendable {
    /// The column's name in the table, unquoted.
    public var name: String
    /// The table's type for it, such as `Nullable(DateTime64(6, 'UTC'))`.
    public var type: String
    /// The values. Whoever holds the column must not append while a block is encoded from it.
    public var buffer: ColumnBuffer

    public init(name: String, type: String, buffer: ColumnBuffer) {
        self.name = name
        self.type = type
        self.buffer = buffer
    }
}
