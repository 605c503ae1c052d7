import ColumnarBytes

/// Why a Native block cannot be encoded or decoded.
public enum NativeFormatError: Error, Equatable, Sendable {
    /// The bytes end inside a block; at least `missing` more are needed.
    case truncated(missing: Int)
    /// The bytes are no block; the reason names the rule that they break.
    case malformed(String)
    /// More columns, rows or bytes than the limits allow.
    case limitExceeded(String)
    /// A column's type cannot be read or written.
    case unsupportedType(String)
    /// The buffer of a column does not hold what its type needs.
    case layoutMismatch(column: String, type: String)
    /// A column does not have the block's number of rows.
    case rowCountMismatch(column: String, expected: Int, found: Int)
    /// A dictionary column refers to a value that its dictionary lacks.
    case ordinalOutOfRange(column: String)

    init(_ error: ByteCursorError) {
        switch error {
        case .truncated(let needed, let available): self = .truncated(missing: max(1, needed &- available))
        case .overflow: self = .malformed("a VarUInt does not fit 64 bits")
        }
    }
}
