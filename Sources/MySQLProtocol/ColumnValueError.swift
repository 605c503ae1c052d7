/// Why a value cannot be carried over exactly.
///
/// Carries the reason and never the value: rows do not belong in logs.
public enum ColumnValueError: Error, Equatable, Sendable {
    /// A date that no calendar has: 0000-00-00, 2024-00-10, 2024-02-31.
    case zeroOrPartialDate
    /// A date beyond 1900-01-01…2299-12-31, which is what ClickHouse's Date32 and DateTime64 hold.
    case outOfRange
    /// Bytes that are no value of the type.
    case malformed
    /// NULL in a column that the definition says cannot be.
    case unexpectedNull
    /// A type not handled yet.
    case unsupported
}
