/// Why a text row could not be decoded.
public enum TextRowError: Error, Equatable, Sendable {
    /// The row ends before its last column.
    case truncated
    /// The row continues after its last column.
    case trailingBytes
    /// A length that there is none of.
    case malformedLength
    /// A value that cannot be carried over; `column` counts from 0.
    case value(ColumnValueError, column: Int)
}
