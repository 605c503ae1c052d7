import Foundation
import LeatState

/// The system's clock, as InfluxDB counts time.
enum WallTime {
    /// Nanoseconds since 1970.
    static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// `2026-11-22T16:00:00Z`
    static func text(_ nanoseconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(nanoseconds.floored(to: 1_000_000_000) / 1_000_000_000))
            .formatted(.iso8601)
    }
}
