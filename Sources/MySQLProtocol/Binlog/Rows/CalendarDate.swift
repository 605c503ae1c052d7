/// A day of the proleptic Gregorian calendar as MySQL stores it, which may be none (`0000-00-00`, `2024-02-31`).
struct CalendarDate {
    let year: Int
    let month: Int
    let day: Int

    /// Days since 1970-01-01.
    ///
    /// - Throws: `.zeroOrPartialDate` for days that no calendar has, `.outOfRange` outside the years 1900 to 2299.
    @inline(__always)
    func daysSinceEpoch() throws(ColumnValueError) -> Int32 {
        guard month >= 1, day >= 1 else { throw .zeroOrPartialDate }
        guard month <= 12, day <= 31 else { throw .malformed }
        if day > 28, day > lengthOfMonth { throw .zeroOrPartialDate }
        guard year >= 1900, year <= 2299 else { throw .outOfRange }
        // Years are counted from March, so that the leap day is the last of its year:
        // https://howardhinnant.github.io/date_algorithms.html#days_from_civil
        let shifted = month > 2 ? year : year &- 1
        let century = shifted / 100
        let dayOfYear = (153 &* (month > 2 ? month &- 3 : month &+ 9) &+ 2) / 5 &+ day &- 1
        let days = shifted &* 365 &+ shifted / 4 &- century &+ century / 4 &+ dayOfYear &- 719_468
        return Int32(truncatingIfNeeded: days)
    }

    private var lengthOfMonth: Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
