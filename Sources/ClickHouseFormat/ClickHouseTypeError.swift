/// Why a text is no type name.
public enum ClickHouseTypeError: Error, Equatable, Sendable {
    /// Not a type; `offset` counts bytes from the start of the name.
    case malformed(name: String, offset: Int)
    /// More types inside each other than ``ClickHouseType/nestingMax``.
    case nestedTooDeeply
    /// Longer than ``ClickHouseType/nameBytesMax``.
    case tooLong
}
