/// Why no decoder can be made for a table: an index into the table map's columns, where one is to blame.
public enum RowDecoderError: Error, Equatable, Sendable {
    /// A type that is not carried over (yet): VECTOR, text in a charset that cannot be converted.
    case unsupportedType(column: Int)
    /// The table map lays the column out as another type than the definition says.
    case typeMismatch(column: Int)
    /// The definition has another number of columns than the table map.
    case columnCountMismatch(expected: Int, found: Int)
    /// The table map holds a type code that is not known.
    case unknownType(UInt8)
}
