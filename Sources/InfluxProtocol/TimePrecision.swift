/// The unit of timestamps in line protocol and of `/write`.
public enum TimePrecision: String, Sendable, Hashable, Codable, CaseIterable {
    case nanoseconds = "ns"
    case microseconds = "u"
    case milliseconds = "ms"
    case seconds = "s"
    case minutes = "m"
    case hours = "h"

    /// Reads the name as `/write` takes it, all spellings of 1.x, 2.x and 3 Core; an absent or empty one means
    /// nanoseconds.
    public init?(parameter: String?) {
        switch parameter {
        case nil, "", "n", "ns", "nanosecond": self = .nanoseconds
        case "u", "us", "µ", "µs", "microsecond": self = .microseconds
        case "ms", "millisecond": self = .milliseconds
        case "s", "second": self = .seconds
        case "m": self = .minutes
        case "h": self = .hours
        default: return nil
        }
    }

    /// Nanoseconds in one unit.
    @inlinable
    public var nanosecondsPerUnit: Int64 {
        switch self {
        case .nanoseconds: 1
        case .microseconds: 1000
        case .milliseconds: 1_000_000
        case .seconds: 1_000_000_000
        case .minutes: 60_000_000_000
        case .hours: 3_600_000_000_000
        }
    }

    /// The nanoseconds of a timestamp; `nil` outside the range that InfluxDB takes (1677-09-21 to 2262-04-11; the two
    /// outermost values of Int64 at the low end and the one at the high end are reserved).
    @inlinable
    public func nanoseconds(_ time: Int64) -> Int64? {
        let (value, overflow) = time.multipliedReportingOverflow(by: nanosecondsPerUnit)
        return overflow || value < .min + 2 || value == .max ? nil : value
    }
}
