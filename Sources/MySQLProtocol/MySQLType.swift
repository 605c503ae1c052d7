/// What a MySQL column holds, as far as its values are concerned: the meeting point of the two ways to learn it, the
/// binlog's table map (with `binlog_row_metadata=FULL`) and `information_schema`.
///
/// Two columns with equal types decode alike. Lengths that do not change how a value reads (VARCHAR(40) or (80), TEXT
/// or LONGTEXT, a display width) are left out on purpose.
public enum MySQLType: Hashable, Sendable {
    /// TINYINT to BIGINT. `bytes` is 1, 2, 3, 4 or 8.
    case integer(bytes: Int, isUnsigned: Bool)
    /// DECIMAL(precision 1…65, scale 0…30).
    case decimal(precision: Int, scale: Int)
    case float
    case double
    /// BIT(1…64).
    case bit(Int)
    case date
    /// DATETIME with 0…6 digits of fraction: a wall clock without a zone.
    case dateTime(fraction: Int)
    /// TIMESTAMP with 0…6 digits of fraction: an instant.
    case timestamp(fraction: Int)
    /// TIME with 0…6 digits of fraction: -838:59:59 to 838:59:59.
    case time(fraction: Int)
    /// A date, as MySQL prints it: what a column is carried as that holds dates which ClickHouse cannot. No column is
    /// defined so.
    case dateText(MySQLDate)
    case year
    /// CHAR, VARCHAR and the TEXTs.
    case text(MySQLCharset)
    /// BINARY(length), padded with zero bytes.
    case binary(length: Int)
    /// VARBINARY and the BLOBs.
    case bytes
    /// ENUM; the ordinals on the wire are 1-based, 0 is the invalid value ''.
    case enumeration([String])
    /// SET; up to 64 members, one bit each from the lowest.
    case set([String])
    case json
    /// Spatial types; values are a 4-byte SRID and WKB.
    case geometry
    /// VECTOR(n): 4-byte floats.
    case vector
}

/// The types that have a date in them. The fraction is of 0…6 digits.
public enum MySQLDate: Hashable, Sendable {
    case date
    case dateTime(fraction: Int)
    case timestamp(fraction: Int)

    /// Digits after the seconds; nil without a time of day.
    public var fraction: Int? {
        switch self {
        case .date: nil
        case .dateTime(let fraction), .timestamp(let fraction): fraction
        }
    }
}

extension MySQLType {
    /// The same values as text, of a type that has a date in it.
    public var asDateText: MySQLType? {
        switch self {
        case .date: .dateText(.date)
        case .dateTime(let fraction): .dateText(.dateTime(fraction: fraction))
        case .timestamp(let fraction): .dateText(.timestamp(fraction: fraction))
        default: nil
        }
    }
}

/// A character set as far as decoding needs to know it.
public enum MySQLCharset: Hashable, Sendable {
    /// utf8mb4, and utf8mb3 and ascii, which are subsets of it: bytes pass through as UTF-8.
    case utf8
    /// Any other, by MySQL's name (`latin1`, `gbk`, …).
    case other(String)
}
