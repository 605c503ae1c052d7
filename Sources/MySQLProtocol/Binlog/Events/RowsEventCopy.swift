import ColumnarBytes

/// A rows event that owns its bytes, to be read after the call that delivered it.
public struct RowsEventCopy: Sendable {
    private let operation: RowsEvent.Operation
    private let tableID: UInt64
    private let isStatementEnd: Bool
    private let columnCount: Int
    private let hasDifferences: Bool
    /// The bitmaps of before and after images, then the rows.
    private let bytes: [UInt8]
    private let beforeByteCount: Int
    private let afterByteCount: Int

    public init(_ event: RowsEvent) {
        operation = event.operation
        tableID = event.tableID
        isStatementEnd = event.isStatementEnd
        columnCount = event.columnCount
        hasDifferences = event.hasDifferences
        beforeByteCount = event.before.bytes.count
        afterByteCount = event.after.bytes.count
        bytes = Array(event.before.bytes) + Array(event.after.bytes) + Array(event.rows.rest)
    }

    public var byteCount: Int { bytes.count }

    /// Gives access to the event, which must not outlive the call.
    public func withEvent<Result>(_ body: (RowsEvent) throws -> Result) rethrows -> Result {
        try bytes.withUnsafeBytes { bytes in
            func bitmap(_ range: Range<Int>) -> ColumnBitmap {
                ColumnBitmap(
                    bytes: UnsafeRawBufferPointer(rebasing: bytes[range]),
                    columnCount: range.isEmpty ? 0 : columnCount
                )
            }
            let rows = beforeByteCount + afterByteCount
            return try body(
                RowsEvent(
                    operation: operation,
                    tableID: tableID,
                    isStatementEnd: isStatementEnd,
                    columnCount: columnCount,
                    before: bitmap(0..<beforeByteCount),
                    after: bitmap(beforeByteCount..<rows),
                    hasDifferences: hasDifferences,
                    rows: ByteCursor(UnsafeRawBufferPointer(rebasing: bytes[rows...]))
                )
            )
        }
    }
}
