/// What a DATETIME of a row image says, whether or not there is such a date.
struct DateTimeFields {
    let date: CalendarDate
    let hour: Int64
    let minute: Int64
    let second: Int64

    /// From 40 bits of year × 13 + month, day, hour, minute and second.
    ///
    /// - Throws: ``ColumnValueError`` `.malformed`.
    @inline(__always)
    init(packed: UInt64) throws(ColumnValueError) {
        // The top bit is the sign, which no DATETIME makes use of.
        guard packed >> 39 == 1 else { throw .malformed }
        let yearAndMonth = Int(packed >> 22 & 0x1FFFF)
        date = CalendarDate(year: yearAndMonth / 13, month: yearAndMonth % 13, day: Int(packed >> 17 & 31))
        hour = Int64(packed >> 12 & 31)
        minute = Int64(packed >> 6 & 63)
        second = Int64(packed & 63)
        guard hour < 24, minute < 60, second < 60 else { throw .malformed }
    }

    /// From `YYYYMMDDhhmmss` as decimal digits, as tables made before 5.6.4 have it.
    ///
    /// - Throws: ``ColumnValueError`` `.malformed`.
    init(decimal value: UInt64) throws(ColumnValueError) {
        guard value <= 99_991_231_235_959 else { throw .malformed }
        let digits = Int64(value)
        date = CalendarDate(
            year: Int(digits / 10_000_000_000),
            month: Int(digits / 100_000_000 % 100),
            day: Int(digits / 1_000_000 % 100)
        )
        (hour, minute, second) = (digits / 10000 % 100, digits / 100 % 100, digits % 100)
        guard hour < 24, minute < 60, second < 60 else { throw .malformed }
    }

    /// Seconds since 1970-01-01 00:00:00 on the same wall clock.
    ///
    /// - Throws: ``ColumnValueError`` for a date that ClickHouse cannot hold.
    @inline(__always)
    func secondsSinceEpoch() throws(ColumnValueError) -> Int64 {
        Int64(try date.daysSinceEpoch()) &* 86400 &+ hour &* 3600 &+ minute &* 60 &+ second
    }
}
