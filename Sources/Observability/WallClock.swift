#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A moment of the system's clock.
struct WallClock: Sendable, Hashable {
    var seconds: Int64
    var nanoseconds: Int64

    static func now() -> WallClock {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return WallClock(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
    }

    var secondsSince1970: Double { Double(seconds) + Double(nanoseconds) * 1e-9 }

    /// `2026-11-22T12:21:03.123Z`
    var iso8601: String {
        let (days, second) = Self.split(seconds, by: 86_400)
        let (year, month, day) = Self.civil(fromDays: days)
        let milliseconds = nanoseconds / 1_000_000
        return "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))T"
            + "\(Self.time(ofSecond: second)).\(Self.padded(milliseconds, 3))Z"
    }

    /// `12:21:03`, UTC.
    var timeOfDay: String { Self.time(ofSecond: Self.split(seconds, by: 86_400).rest) }

    private static func time(ofSecond second: Int64) -> String {
        "\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
    }

    private static func split(_ value: Int64, by divisor: Int64) -> (whole: Int64, rest: Int64) {
        let rest = ((value % divisor) + divisor) % divisor
        return ((value - rest) / divisor, rest)
    }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let digits = "\(value)"
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// The date of a day counted from 1970-01-01: https://howardhinnant.github.io/date_algorithms.html#civil_from_days
    private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let (era, dayOfEra) = split(shifted, by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}
