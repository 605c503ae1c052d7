import ColumnarBytes

/// Dates and times as the server prints them → ClickHouse's numbers.
enum TextTime {
    /// `YYYY-MM-DD` → days since 1970-01-01.
    @inline(__always)
    static func date(_ text: UnsafeRawBufferPointer) throws(ColumnValueError) -> Int32 {
        guard text.count == 10 else { throw .malformed }
        return Int32(truncatingIfNeeded: try days(text))
    }

    /// `YYYY-MM-DD hh:mm:ss[.ffffff]` with exactly `fraction` digits after the point → ticks of 10^-fraction seconds.
    @inline(__always)
    static func dateTime(_ text: UnsafeRawBufferPointer, fraction: Int) throws(ColumnValueError) -> Int64 {
        guard text.count == (fraction == 0 ? 19 : 20 + fraction) else { throw .malformed }
        let days = try days(text)
        guard text[10] == UInt8(ascii: " "), text[13] == UInt8(ascii: ":"), text[16] == UInt8(ascii: ":") else {
            throw .malformed
        }
        let hours = try pair(text, at: 11)
        let minutes = try pair(text, at: 14)
        let seconds = try pair(text, at: 17)
        guard hours < 24, minutes < 60, seconds < 60 else { throw .malformed }
        var ticks = Int64(days) &* 86_400 &+ Int64(hours &* 3600 &+ minutes &* 60 &+ seconds)
        if fraction > 0 {
            guard text[19] == UInt8(ascii: ".") else { throw .malformed }
            for index in 20..<20 + fraction {
                let digit = text[index] &- UInt8(ascii: "0")
                guard digit <= 9 else { throw .malformed }
                ticks = ticks &* 10
                // Before 1970 the seconds count down, the fraction still up.
                ticks = ticks &+ Int64(digit)
            }
        }
        return ticks
    }

    /// Checks `[-]hh:mm:ss[.ffffff]` with two or three digits of hours and exactly `fraction` digits after the point.
    @inline(__always)
    static func check(_ text: UnsafeRawBufferPointer, fraction: Int) throws(ColumnValueError) {
        let start = text.first == UInt8(ascii: "-") ? 1 : 0
        let hourDigits = text.count - start - 6 - (fraction == 0 ? 0 : fraction + 1)
        guard hourDigits == 2 || hourDigits == 3 else { throw .malformed }
        let colon = start + hourDigits
        guard text[colon] == UInt8(ascii: ":"), text[colon + 3] == UInt8(ascii: ":") else { throw .malformed }
        let hours = try TextNumber.digits(UnsafeRawBufferPointer(rebasing: text[start..<colon]), from: 0)
        let minutes = try pair(text, at: colon + 1)
        let seconds = try pair(text, at: colon + 4)
        // MySQL pads to two digits and no further.
        guard hours <= 838, minutes < 60, seconds < 60, hourDigits == 2 || hours > 99 else { throw .malformed }
        guard fraction > 0 else { return }
        guard text[colon + 6] == UInt8(ascii: ".") else { throw .malformed }
        for index in colon + 7..<text.count {
            guard text[index] &- UInt8(ascii: "0") <= 9 else { throw .malformed }
        }
    }

    /// Checks `YYYY-MM-DD`, whatever day it is, and ` hh:mm:ss[.ffffff]` after it unless `fraction` is nil.
    static func checkDate(_ text: UnsafeRawBufferPointer, fraction: Int?) throws(ColumnValueError) {
        let count = fraction.map { $0 == 0 ? 19 : 20 + $0 } ?? 10
        guard text.count == count, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-") else { throw .malformed }
        _ = try pair(text, at: 0) + pair(text, at: 2)
        guard try pair(text, at: 5) <= 12, try pair(text, at: 8) <= 31 else { throw .malformed }
        guard let fraction else { return }
        guard text[10] == UInt8(ascii: " ") else { throw .malformed }
        try check(UnsafeRawBufferPointer(rebasing: text[11...]), fraction: fraction)
        guard try pair(text, at: 11) < 24, text[13] == UInt8(ascii: ":") else { throw .malformed }
    }

    /// The days of the first ten bytes, which must be there.
    @inline(__always)
    private static func days(_ text: UnsafeRawBufferPointer) throws(ColumnValueError) -> Int {
        guard text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-") else { throw .malformed }
        let year = try pair(text, at: 0) &* 100 &+ pair(text, at: 2)
        let month = try pair(text, at: 5)
        let day = try pair(text, at: 8)
        guard month > 0, day > 0 else { throw .zeroOrPartialDate }
        guard month <= 12, day <= 31 else { throw .malformed }
        // ALLOW_INVALID_DATES lets 31 February in.
        guard day <= daysOfMonth(month, year: year) else { throw .zeroOrPartialDate }
        guard year >= 1900, year <= 2299 else { throw .outOfRange }
        return daysSince1970(year: year, month: month, day: day)
    }

    @inline(__always)
    private static func daysOfMonth(_ month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Proleptic Gregorian calendar, counted in years that begin in March, so that a leap day comes last.
    ///
    /// https://howardhinnant.github.io/date_algorithms.html#days_from_civil (for years from 0 on)
    @inline(__always)
    static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let year = month <= 2 ? year &- 1 : year
        let era = year / 400
        let yearOfEra = year &- era &* 400
        let dayOfYear = (153 &* (month > 2 ? month &- 3 : month &+ 9) &+ 2) / 5 &+ day &- 1
        let dayOfEra = yearOfEra &* 365 &+ yearOfEra / 4 &- yearOfEra / 100 &+ dayOfYear
        return era &* 146_097 &+ dayOfEra &- 719_468
    }

    /// Two digits at `index`, which must be within the text.
    @inline(__always)
    private static func pair(_ text: UnsafeRawBufferPointer, at index: Int) throws(ColumnValueError) -> Int {
        let tens = text[index] &- UInt8(ascii: "0")
        let ones = text[index + 1] &- UInt8(ascii: "0")
        guard tens <= 9, ones <= 9 else { throw .malformed }
        return Int(tens) &* 10 &+ Int(ones)
    }
}
