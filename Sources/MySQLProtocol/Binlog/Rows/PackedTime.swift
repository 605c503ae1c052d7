import ColumnarBytes

/// MySQL's packed temporal values (5.6.4 and later): fields packed into bits, stored big-endian with an offset so that
/// bytes order as the values do. https://dev.mysql.com/doc/dev/mysql-server/latest/my__time_8h.html
enum PackedTime {
    /// Bytes that hold `digits` (0 to 6) digits of fraction; odd numbers of digits are stored as the next even one.
    @inline(__always)
    static func fractionByteCount(_ digits: Int) -> Int { (digits + 1) / 2 }

    /// Reads a stored fraction of `digits` (0 to 6) digits.
    @inline(__always)
    static func readFraction(_ bytes: inout ByteCursor, digits: Int) throws(ByteCursorError) -> UInt64 {
        switch digits {
        case 0: return 0
        case 1, 2: return UInt64(try bytes.read(UInt8.self))
        case 3, 4: return UInt64(try bytes.readBigEndian(UInt16.self))
        default:
            let high = UInt64(try bytes.read(UInt8.self)) << 16
            return high | UInt64(try bytes.readBigEndian(UInt16.self))
        }
    }

    /// 10^digits for 0 to 6 digits.
    @inline(__always)
    static func ticksPerSecond(_ digits: Int) -> Int64 { Int64(PackedDecimal.power(digits)) }

    /// Stored fraction → ticks of 10^-digits.
    @inline(__always)
    static func ticks(_ stored: UInt64, digits: Int) throws(ColumnValueError) -> Int64 {
        let stored = Int64(bitPattern: stored)
        if digits & 1 == 0 {
            guard stored < ticksPerSecond(digits) else { throw .malformed }
            return stored
        }
        guard stored < ticksPerSecond(digits + 1), stored % 10 == 0 else { throw .malformed }
        return stored / 10
    }

    /// DATETIME: ticks since 1970-01-01 00:00:00 on the same wall clock.
    @inline(__always)
    static func dateTimeTicks(packed: UInt64, fraction: UInt64, digits: Int) throws(ColumnValueError) -> Int64 {
        let seconds = try DateTimeFields(packed: packed).secondsSinceEpoch()
        return seconds &* ticksPerSecond(digits) &+ (try ticks(fraction, digits: digits))
    }

    /// TIMESTAMP: ticks since the epoch. Second 0 is MySQL's zero value.
    @inline(__always)
    static func timestampTicks(seconds: UInt32, fraction: UInt64, digits: Int) throws(ColumnValueError) -> Int64 {
        guard seconds != 0 else { throw .zeroOrPartialDate }
        return Int64(seconds) &* ticksPerSecond(digits) &+ (try ticks(fraction, digits: digits))
    }

    /// Appends a TIME as MySQL prints it: `[-]hh:mm:ss[.ffffff]`.
    ///
    /// `value` is the 3 bytes and the fraction's bytes as one big-endian number.
    static func appendTime(packed value: UInt64, digits: Int, to output: ByteSink) throws(ColumnValueError) {
        let fractionBits = UInt64(fractionByteCount(digits) * 8)
        let offset = Int64(0x80_0000) << Int64(fractionBits)
        let signed = Int64(bitPattern: value) - offset
        let magnitude = signed.magnitude
        let whole = magnitude >> fractionBits
        let fraction = try ticks(magnitude & ((1 << fractionBits) - 1), digits: digits)
        try appendTime(
            isNegative: signed < 0,
            hour: whole >> 12 & 0x3FF,
            minute: whole >> 6 & 63,
            second: whole & 63,
            fraction: UInt64(bitPattern: fraction),
            digits: digits,
            to: output
        )
    }

    static func appendTime(
        isNegative: Bool,
        hour: UInt64,
        minute: UInt64,
        second: UInt64,
        fraction: UInt64,
        digits: Int,
        to output: ByteSink
    ) throws(ColumnValueError) {
        guard hour <= 838, minute < 60, second < 60 else { throw .malformed }
        if isNegative { output.append(UInt8(ascii: "-")) }
        output.appendDigits(hour, count: hour < 100 ? 2 : 3)
        output.append(UInt8(ascii: ":"))
        output.appendDigits(minute, count: 2)
        output.append(UInt8(ascii: ":"))
        output.appendDigits(second, count: 2)
        if digits > 0 {
            output.append(UInt8(ascii: "."))
            output.appendDigits(fraction, count: digits)
        }
    }
}
