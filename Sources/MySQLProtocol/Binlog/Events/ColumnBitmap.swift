/// One bit a column of a table map, lowest bit of the first byte first: which columns a row image holds. A view into
/// the event's bytes.
public struct ColumnBitmap {
    let bytes: UnsafeRawBufferPointer
    /// Columns of the table map.
    public let columnCount: Int
    /// Columns that are present.
    public let presentCount: Int

    init(bytes: UnsafeRawBufferPointer, columnCount: Int) {
        self.bytes = bytes
        self.columnCount = columnCount
        var present = 0
        for (index, byte) in bytes.enumerated() {
            // Bits after the last column do not count.
            let bits = columnCount - index * 8
            present += (bits >= 8 ? byte : byte & UInt8(truncatingIfNeeded: (1 << bits) - 1)).nonzeroBitCount
        }
        presentCount = present
    }

    /// Whether all columns are present: a FULL row image.
    public var isFull: Bool { presentCount == columnCount }

    /// False beyond the last column.
    public subscript(column: Int) -> Bool {
        guard column >= 0, column < columnCount else { return false }
        return bytes[column >> 3] >> UInt8(column & 7) & 1 != 0
    }
}
