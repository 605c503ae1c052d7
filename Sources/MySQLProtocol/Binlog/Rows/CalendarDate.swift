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

    /// The date that is so many days after 1970-01-01.
    ///
    /// https://howardhinnant.github.io/date_algorithms.html#civil_from_days
    ///
    /// - Parameter daysSinceEpoch: 0 or more.
    init(daysSinceEpoch: Int) {
        let days = daysSinceEpoch + 719_468
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shifted + 2) / 5 + 1
        month = shifted < 10 ? shifted + 3 : shifted - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// From the three bytes of a DATE: year, month and day from the highest bits on.
    @inline(__always)
    init(packed: Int) {
        year = packed >> 9
        month = packed >> 5 & 15
        day = packed & 31
    }

    init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    private var lengthOfMonth: Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
