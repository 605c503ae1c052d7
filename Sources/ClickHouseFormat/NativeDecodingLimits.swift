/// Bounds on what a block may claim, so that bytes from outside cannot make the process allocate without end.
///
/// Storage is only ever allocated for bytes that have arrived; the limits also bound what one block may hold.
public struct NativeDecodingLimits: Sendable, Hashable {
    /// Columns of a block.
    public var columnsMax: Int
    /// Rows of a block and elements of a nested column.
    public var rowsMax: Int
    /// Bytes of a column's name or type.
    public var nameBytesMax: Int
    /// Bytes of a block; a ``NativeBlockReader`` gives up where a block does not end within them.
    public var blockBytesMax: Int

    public init(
        columnsMax: Int = 10_000,
        rowsMax: Int = 1 << 28,
        nameBytesMax: Int = 1 << 20,
        blockBytesMax: Int = 1 << 30
    ) {
        self.columnsMax = columnsMax
        self.rowsMax = rowsMax
        self.nameBytesMax = nameBytesMax
        self.blockBytesMax = blockBytesMax
    }
}
