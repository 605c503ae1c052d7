/// A span of time, half open: nanoseconds since 1970 (UTC), as InfluxDB counts them.
package struct TimeRange: Sendable, Hashable, Codable {
    /// The earliest and latest time that InfluxDB 1.x can hold a point at.
    /// Source: https://docs.influxdata.com/influxdb/v1/troubleshooting/frequently-asked-questions/
    package static let earliest = Int64.min + 2
    package static let latest = Int64.max - 1
    /// All of it.
    package static let all = TimeRange(earliest, latest)

    package var start: Int64
    package var end: Int64

    /// - Parameter end: exclusive, after the last time that belongs to it; an `end` before `start` makes it empty.
    package init(_ start: Int64, _ end: Int64) {
        self.start = start
        self.end = max(start, end)
    }

    package var isEmpty: Bool { start >= end }

    /// Nanoseconds; as many as fit for a span that is longer.
    package var length: Int64 {
        let (length, overflow) = end.subtractingReportingOverflow(start)
        return overflow ? .max : length
    }

    package func contains(_ time: Int64) -> Bool { time >= start && time < end }

    package func contains(_ other: TimeRange) -> Bool { other.start >= start && other.end <= end }

    package func intersection(_ other: TimeRange) -> TimeRange {
        TimeRange(max(start, other.start), min(end, other.end))
    }
}

extension Int64 {
    /// `self + other`, as far as it fits.
    package func addingClamped(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }

    /// The largest multiple of `step` that is not above, as far as it fits.
    package func floored(to step: Int64) -> Int64 {
        let rest = self % step
        return addingClamped(rest < 0 ? -(rest + step) : -rest)
    }
}
