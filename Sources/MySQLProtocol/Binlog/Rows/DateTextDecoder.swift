import ColumnarBytes

/// How a date in a row image is printed, whatever date it is: zero and partial ones, and all years from 0 to 9999.
public enum DateTextDecoder {
    case date
    case dateTime(digits: Int)
    case timestamp(digits: Int)
    /// Of tables made before 5.6.4.
    case oldDateTime
    case oldTimestamp

    /// Appends one value as the server prints it, with `time_zone = '+00:00'`.
    ///
    /// - Throws: ``ColumnValueError`` `.malformed`; `ByteCursorError`.
    func decode(_ bytes: inout ByteCursor, to output: ByteSink) throws {
        switch self {
        case .date:
            let raw = UInt64(try bytes.readUInt24())
            try Self.append(year: raw >> 9, month: raw >> 5 & 15, day: raw & 31, to: output)
        case .dateTime(let digits):
            let high = UInt64(try bytes.read(UInt8.self)) << 32
            let packed = high | UInt64(try bytes.readBigEndian(UInt32.self))
            let fraction = try PackedTime.readFraction(&bytes, digits: digits)
            // The top bit is the sign, which no DATETIME makes use of.
            guard packed >> 39 == 1 else { throw ColumnValueError.malformed }
            let yearAndMonth = packed >> 22 & 0x1FFFF
            try Self.append(year: yearAndMonth / 13, month: yearAndMonth % 13, day: packed >> 17 & 31, to: output)
            try Self.append(hour: packed >> 12 & 31, minute: packed >> 6 & 63, second: packed & 63, to: output)
            try Self.append(fraction, digits: digits, to: output)
        case .timestamp(let digits):
            let seconds = try bytes.readBigEndian(UInt32.self)
            let fraction = try PackedTime.readFraction(&bytes, digits: digits)
            try Self.append(seconds: seconds, to: output)
            try Self.append(fraction, digits: digits, to: output)
        case .oldDateTime:
            // YYYYMMDDhhmmss as decimal digits.
            let value = try bytes.read(UInt64.self)
            guard value <= 99_991_231_235_959 else { throw ColumnValueError.malformed }
            try Self.append(
                year: value / 10_000_000_000,
                month: value / 100_000_000 % 100,
                day: value / 1_000_000 % 100,
                to: output
            )
            try Self.append(hour: value / 10000 % 100, minute: value / 100 % 100, second: value % 100, to: output)
        case .oldTimestamp: try Self.append(seconds: try bytes.read(UInt32.self), to: output)
        }
    }

    private static func append(year: UInt64, month: UInt64, day: UInt64, to output: ByteSink) throws(ColumnValueError) {
        guard year <= 9999, month <= 12, day <= 31 else { throw .malformed }
        output.appendDigits(year, count: 4)
        output.append(UInt8(ascii: "-"))
        output.appendDigits(month, count: 2)
        output.append(UInt8(ascii: "-"))
        output.appendDigits(day, count: 2)
    }

    private static func append(
        hour: UInt64,
        minute: UInt64,
        second: UInt64,
        to output: ByteSink
    ) throws(ColumnValueError) {
        guard hour < 24, minute < 60, second < 60 else { throw .malformed }
        output.append(UInt8(ascii: " "))
        output.appendDigits(hour, count: 2)
        output.append(UInt8(ascii: ":"))
        output.appendDigits(minute, count: 2)
        output.append(UInt8(ascii: ":"))
        output.appendDigits(second, count: 2)
    }

    /// Second 0 is MySQL's zero value, not 1970.
    private static func append(seconds: UInt32, to output: ByteSink) throws(ColumnValueError) {
        let time = UInt64(seconds) % 86_400
        let date = CalendarDate(daysSinceEpoch: Int(seconds) / 86_400)
        try append(
            year: seconds == 0 ? 0 : UInt64(date.year),
            month: seconds == 0 ? 0 : UInt64(date.month),
            day: seconds == 0 ? 0 : UInt64(date.day),
            to: output
        )
        try append(hour: time / 3600, minute: time / 60 % 60, second: time % 60, to: output)
    }

    private static func append(_ stored: UInt64, digits: Int, to output: ByteSink) throws(ColumnValueError) {
        guard digits > 0 else { return }
        output.append(UInt8(ascii: "."))
        output.appendDigits(UInt64(bitPattern: try PackedTime.ticks(stored, digits: digits)), count: digits)
    }
}
