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
        case .date: try Self.append(CalendarDate(packed: Int(try bytes.readUInt24())), to: output)
        case .dateTime(let digits):
            let high = UInt64(try bytes.read(UInt8.self)) << 32
            let packed = high | UInt64(try bytes.readBigEndian(UInt32.self))
            let fraction = try PackedTime.readFraction(&bytes, digits: digits)
            try Self.append(DateTimeFields(packed: packed), to: output)
            try Self.append(fraction, digits: digits, to: output)
        case .timestamp(let digits):
            let seconds = try bytes.readBigEndian(UInt32.self)
            let fraction = try PackedTime.readFraction(&bytes, digits: digits)
            try Self.append(seconds: seconds, to: output)
            try Self.append(fraction, digits: digits, to: output)
        case .oldDateTime: try Self.append(DateTimeFields(decimal: try bytes.read(UInt64.self)), to: output)
        case .oldTimestamp: try Self.append(seconds: try bytes.read(UInt32.self), to: output)
        }
    }

    private static func append(_ date: CalendarDate, to output: ByteSink) throws(ColumnValueError) {
        guard date.year <= 9999, date.month <= 12, date.day <= 31 else { throw .malformed }
        output.appendDigits(UInt64(date.year), count: 4)
        output.append(UInt8(ascii: "-"))
        output.appendDigits(UInt64(date.month), count: 2)
        output.append(UInt8(ascii: "-"))
        output.appendDigits(UInt64(date.day), count: 2)
    }

    private static func append(_ time: DateTimeFields, to output: ByteSink) throws(ColumnValueError) {
        try append(time.date, to: output)
        append(hour: UInt64(time.hour), minute: UInt64(time.minute), second: UInt64(time.second), to: output)
    }

    private static func append(hour: UInt64, minute: UInt64, second: UInt64, to output: ByteSink) {
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
        let day = CalendarDate(daysSinceEpoch: Int(seconds) / 86_400)
        try append(seconds == 0 ? CalendarDate(year: 0, month: 0, day: 0) : day, to: output)
        append(hour: time / 3600, minute: time / 60 % 60, second: time % 60, to: output)
    }

    private static func append(_ stored: UInt64, digits: Int, to output: ByteSink) throws(ColumnValueError) {
        guard digits > 0 else { return }
        output.append(UInt8(ascii: "."))
        output.appendDigits(UInt64(bitPattern: try PackedTime.ticks(stored, digits: digits)), count: digits)
    }
}
