/// The value of a field in line protocol; a string is valid as long as its ``LinePoint``.
@frozen
public enum LineValue {
    case double(Double)
    case integer(Int64)
    case unsigned(UInt64)
    case boolean(Bool)
    /// Unescaped, without its quotes. Usually UTF-8; nothing checks it.
    case string(UnsafeRawBufferPointer)

    /// The type that the server gives a field whose first value is this.
    @inlinable
    public var type: FieldType {
        switch self {
        case .double: .float
        case .integer: .integer
        case .unsigned: .unsigned
        case .boolean: .boolean
        case .string: .string
        }
    }

    /// A copy that outlives the point.
    public var copy: InfluxValue {
        switch self {
        case .double(let value): .double(value)
        case .integer(let value): .integer(value)
        case .unsigned(let value): .unsigned(value)
        case .boolean(let value): .boolean(value)
        case .string(let bytes): .string(String(decoding: bytes, as: UTF8.self))
        }
    }
}
