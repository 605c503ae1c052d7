/// A value of a field, or of a column in a small result.
public enum InfluxValue: Sendable, Hashable {
    case double(Double)
    case integer(Int64)
    case unsigned(UInt64)
    case boolean(Bool)
    case string(String)

    /// The type of the field that holds such values.
    public var fieldType: FieldType {
        switch self {
        case .double: .float
        case .integer: .integer
        case .unsigned: .unsigned
        case .boolean: .boolean
        case .string: .string
        }
    }

    /// Any number as a Double; JSON writes a float without fraction as an integer.
    public var doubleValue: Double? {
        switch self {
        case .double(let value): value
        case .integer(let value): Double(value)
        case .unsigned(let value): Double(value)
        case .boolean, .string: nil
        }
    }

    /// A whole number that fits Int64.
    public var integerValue: Int64? {
        switch self {
        case .double(let value): Int64(exactly: value)
        case .integer(let value): value
        case .unsigned(let value): Int64(exactly: value)
        case .boolean, .string: nil
        }
    }

    public var stringValue: String? { if case .string(let value) = self { value } else { nil } }

    public var booleanValue: Bool? { if case .boolean(let value) = self { value } else { nil } }
}
