/// How the binlog lays out a column's values: MySQL's internal field types.
/// https://dev.mysql.com/doc/dev/mysql-server/latest/field__types_8h.html
public enum WireColumnType: UInt8, Sendable {
    case decimalText = 0
    case tiny = 1
    case short = 2
    case long = 3
    case float = 4
    case double = 5
    case null = 6
    case timestamp = 7
    case longlong = 8
    case int24 = 9
    case date = 10
    case time = 11
    case dateTime = 12
    case year = 13
    case newDate = 14
    case varchar = 15
    case bit = 16
    case timestamp2 = 17
    case dateTime2 = 18
    case time2 = 19
    case typedArray = 20
    case vector = 242
    case json = 245
    case newDecimal = 246
    case enumeration = 247
    case set = 248
    case tinyBlob = 249
    case mediumBlob = 250
    case longBlob = 251
    case blob = 252
    case varString = 253
    case string = 254
    case geometry = 255

    /// Bytes that a column of the type has in the table map's metadata; nil where that is not fixed.
    var metadataByteCount: Int? {
        switch self {
        case .float, .double, .blob, .tinyBlob, .mediumBlob, .longBlob, .json, .geometry, .vector, .timestamp2,
            .dateTime2, .time2:
            1
        case .varchar, .varString, .bit, .newDecimal, .enumeration, .set, .string: 2
        case .typedArray: nil
        default: 0
        }
    }

    /// Types that the optional metadata gives a sign for.
    var isNumeric: Bool {
        switch self {
        // YEAR too has a bit (seen on 9.7): without it, the signs of all columns after one are off by one.
        case .tiny, .short, .int24, .long, .longlong, .newDecimal, .float, .double, .year: true
        default: false
        }
    }

    /// Types that the optional metadata gives a charset for: VECTOR, too (binary; seen on 9.7).
    var hasCollation: Bool { isCharacter || self == .vector }

    /// Strings, with or without a charset.
    var isCharacter: Bool {
        switch self {
        case .varchar, .varString, .string, .blob, .tinyBlob, .mediumBlob, .longBlob: true
        default: false
        }
    }
}
