/// Bounds on what a block may claim, so that bytes from outside cannot make the process allocate without end.
///
/// Storage is only ever allocated for bytes that have arrived; the limits also bound what one block may hold.
package struct NativeDecodingLimits: Sendable, Hashable {
    /// Columns of a block.
    package var columnsMax: Int
    /// Rows of a block and elements of a nested column.
    package var rowsMax: Int
    /// Bytes of a column's name or type.
    package var nameBytesMax: Int
    /// Bytes of a block; a ``NativeBlockReader`` gives up where a block does not end within them.
    package var blockBytesMax: Int

    package init(
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
