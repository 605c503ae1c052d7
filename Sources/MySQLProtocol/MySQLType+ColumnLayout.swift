import ColumnarBytes

extension MySQLType {
    /// How values of this type lie in a ``ColumnBuffer``; nil for types that are not carried over yet.
    ///
    /// The snapshot and the stream must produce the same bytes, so this is the one place that says:
    ///
    /// | type | layout |
    /// |---|---|
    /// | integer | same width; 3 bytes extended to 4 |
    /// | decimal(p, s) | two's complement of value × 10^s in 4 (p ≤ 9), 8 (≤ 18), 16 (≤ 38) or 32 bytes |
    /// | float, double | IEEE bits |
    /// | bit | UInt64 |
    /// | date | Int32, days since 1970-01-01 |
    /// | dateTime(n), timestamp(n) | Int64, ticks of 10^-n seconds since 1970-01-01 00:00:00 |
    /// | year | UInt16 |
    /// | enumeration | UInt16 ordinals into the values |
    /// | all others | bytes |
    public var columnLayout: ColumnBuffer.Layout? {
        switch self {
        case .integer(let bytes, _): .fixed(width: bytes == 3 ? 4 : bytes)
        case .decimal(let precision, _): .fixed(width: MySQLType.decimalWidth(precision: precision))
        case .float, .date: .fixed(width: 4)
        case .double, .bit, .dateTime, .timestamp: .fixed(width: 8)
        case .year: .fixed(width: 2)
        case .enumeration(let values): .dictionary(values: values)
        case .text(.utf8), .time, .binary, .bytes, .set, .json, .geometry: .string
        case .text(.other(let name)): CharsetDecoder(charset: name) == nil ? nil : .string
        case .vector: nil
        }
    }

    /// Bytes of a ClickHouse Decimal of this many digits.
    static func decimalWidth(precision: Int) -> Int {
        switch precision {
        case ...9: 4
        case ...18: 8
        case ...38: 16
        default: 32
        }
    }
}
