/// A value of a field, or of a column in a small result.
package enum InfluxValue: Sendable, Hashable {
    case double(Double)
    case integer(Int64)
    case unsigned(UInt64)
    case boolean(Bool)
    case string(String)

    /// The type of the field that holds such values.
    package var fieldType: FieldType {
        switch self {
        case .double: .float
        case .integer: .integer
        case .unsigned: .unsigned
        case .boolean: .boolean
        case .string: .string
        }
    }

    /// Any number as a Double; JSON writes a float without fraction as an integer.
    package var doubleValue: Double? {
        switch self {
        case .double(let value): value
        case .integer(let value): Double(value)
        case .unsigned(let value): Double(value)
        case .boolean, .string: nil
        }
    }

    /// A whole number that fits Int64.
    package var integerValue: Int64? {
        switch self {
        case .double(let value): Int64(exactly: value)
        case .integer(let value): value
        case .unsigned(let value): Int64(exactly: value)
        case .boolean, .string: nil
        }
    }

    package var stringValue: String? { if case .string(let value) = self { value } else { nil } }

    package var booleanValue: Bool? { if case .boolean(let value) = self { value } else { nil } }
}
