/// Where in a line something stands, which decides what a backslash escapes there.
enum EscapedBytes {
    /// A comma and a space.
    case measurement
    /// A comma, a space and an equals sign: keys and values of tags, keys of fields.
    case key
    /// A double quote and a backslash.
    case string

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        switch self {
        case .measurement: byte == UInt8(ascii: ",") || byte == UInt8(ascii: " ")
        case .key: byte == UInt8(ascii: ",") || byte == UInt8(ascii: " ") || byte == UInt8(ascii: "=")
        case .string: byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
        }
    }
}
