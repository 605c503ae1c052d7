import ColumnarBytes

/// Decodes one column's cells of text rows into a ``ColumnBuffer``, in the layout that the binlog's decoder produces
/// too.
///
/// Compiled once per column from its ``MySQLType``; the statement must read the column by
/// ``selectExpression(column:type:)``, with `time_zone = '+00:00'` and utf8mb4 results in the session.
public enum TextColumnDecoder: Hashable, Sendable {
    case int8, int16, int24, int32, int64
    case uint8, uint16, uint24, uint32, uint64
    case decimal32(integerDigits: Int, scale: Int)
    case decimal64(integerDigits: Int, scale: Int)
    case decimal128(integerDigits: Int, scale: Int)
    case decimal256(integerDigits: Int, scale: Int)
    case float, double
    case bit(Int)
    case date
    case dateTime(fraction: Int)
    case time(fraction: Int)
    /// A date as it comes, with a time of day unless `fraction` is nil.
    case dateText(fraction: Int?)
    case year
    case enumeration(values: Int)
    /// Text, bytes, SET, JSON and geometries: as they come.
    case string
    /// Text that the server has converted, or ``lostText``.
    case converted

    /// - Throws: ``ColumnValueError/unsupported`` for types that are not carried over, and for impossible sizes.
    public init(_ type: MySQLType) throws(ColumnValueError) { self = try type.descriptor.textDecoder() }

    /// How a SELECT must name a column so that its text is exact.
    ///
    /// - Parameter quoted: the column's name as it stands in SQL, with backquotes.
    public static func selectExpression(column quoted: String, type: MySQLType) -> String {
        type.descriptor.selectExpression(quoted)
    }

    /// Appends one cell; `nil` is NULL.
    ///
    /// - Throws: and has then appended nothing.
    @inline(__always)
    public func decode(_ cell: UnsafeRawBufferPointer?, into column: ColumnBuffer) throws(ColumnValueError) {
        guard let cell else {
            guard column.isNullable else { throw .unexpectedNull }
            return column.appendNull()
        }
        try decode(present: cell, into: column)
    }

    @inline(__always)
    func decode(present cell: UnsafeRawBufferPointer, into column: ColumnBuffer) throws(ColumnValueError) {
        switch self {
        case .int8: column.append(Int8(truncatingIfNeeded: try TextNumber.signed(cell, max: 0x7F)))
        case .int16: column.append(Int16(truncatingIfNeeded: try TextNumber.signed(cell, max: 0x7FFF)))
        case .int24: column.append(Int32(truncatingIfNeeded: try TextNumber.signed(cell, max: 0x7F_FFFF)))
        case .int32: column.append(Int32(truncatingIfNeeded: try TextNumber.signed(cell, max: 0x7FFF_FFFF)))
        case .int64: column.append(try TextNumber.signed(cell, max: UInt64(Int64.max)))
        case .uint8: column.append(UInt8(truncatingIfNeeded: try TextNumber.unsigned(cell, max: 0xFF)))
        case .uint16: column.append(UInt16(truncatingIfNeeded: try TextNumber.unsigned(cell, max: 0xFFFF)))
        case .uint24: column.append(UInt32(truncatingIfNeeded: try TextNumber.unsigned(cell, max: 0xFF_FFFF)))
        case .uint32: column.append(UInt32(truncatingIfNeeded: try TextNumber.unsigned(cell, max: 0xFFFF_FFFF)))
        case .uint64: column.append(try TextNumber.unsigned(cell, max: .max))
        case .decimal32(let integerDigits, let scale):
            let value = try TextDecimal.small(cell, integerDigits: integerDigits, scale: scale)
            column.append(Int32(truncatingIfNeeded: value))
        case .decimal64(let integerDigits, let scale):
            column.append(try TextDecimal.small(cell, integerDigits: integerDigits, scale: scale))
        case .decimal128(let integerDigits, let scale):
            column.append(try TextDecimal.medium(cell, integerDigits: integerDigits, scale: scale))
        case .decimal256(let integerDigits, let scale):
            let limbs = try TextDecimal.large(cell, integerDigits: integerDigits, scale: scale)
            let bytes = (limbs.0.littleEndian, limbs.1.littleEndian, limbs.2.littleEndian, limbs.3.littleEndian)
            withUnsafeBytes(of: bytes) { column.appendFixed($0) }
        case .float: column.append(try TextColumnDecoder.float(cell).bitPattern)
        case .double: column.append(try TextPoint.x(cell).bitPattern)
        case .bit(let bits): column.append(try TextColumnDecoder.bits(cell, count: bits))
        case .date: column.append(try TextTime.date(cell))
        case .dateTime(let fraction): column.append(try TextTime.dateTime(cell, fraction: fraction))
        case .time(let fraction):
            try TextTime.check(cell, fraction: fraction)
            column.appendString(cell)
        case .dateText(let fraction):
            try TextTime.checkDate(cell, fraction: fraction)
            column.appendString(cell)
        case .year:
            let year = try TextNumber.unsigned(cell, max: 2155)
            guard year == 0 || year > 1900 else { throw .malformed }
            column.append(UInt16(truncatingIfNeeded: year))
        case .enumeration(let values):
            column.append(UInt16(truncatingIfNeeded: try TextNumber.unsigned(cell, max: UInt64(values))))
        case .string: column.appendString(cell)
        case .converted:
            guard cell.first != TextColumnDecoder.lostText else { throw .malformed }
            column.appendString(cell)
        }
    }

    /// Stands for a text with bytes that are no character in its set, for which the server would give `?`. No text in
    /// UTF-8 begins with it.
    static let lostText: UInt8 = 0xFF

    /// The value comes as a double, so that nothing may be lost by narrowing it.
    private static func float(_ cell: UnsafeRawBufferPointer) throws(ColumnValueError) -> Float {
        let double = try TextPoint.x(cell)
        guard let float = Float(exactly: double) else { throw .malformed }
        return float
    }

    /// Up to eight bytes, the highest first.
    private static func bits(_ cell: UnsafeRawBufferPointer, count: Int) throws(ColumnValueError) -> UInt64 {
        guard cell.count == (count + 7) / 8 else { throw .malformed }
        var value: UInt64 = 0
        for byte in cell { value = value << 8 | UInt64(byte) }
        guard count == 64 || value >> UInt64(count) == 0 else { throw .malformed }
        return value
    }
}
