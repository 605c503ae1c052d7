/// A day of the Gregorian calendar.
///
/// Howard Hinnant's days-to-civil: https://howardhinnant.github.io/date_algorithms.html#civil_from_days
struct CivilDate: Equatable {
    let year: Int
    let month: Int
    let day: Int

    /// - Parameter days: days since 1970-01-01; from 1900 on.
    @inline(__always)
    init(days: Int) {
        let shifted = UInt(bitPattern: days &+ 719_468)
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
        month = Int(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9)
        year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
    }
}
