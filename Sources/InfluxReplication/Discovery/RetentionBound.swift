import LeatState

/// From when on both sides hold points for certain: older ones may be gone on one of them because of their age.
struct RetentionBound: Sendable, Hashable {
    /// After how long the source forgets a point, and the warehouse; nil for never. Nanoseconds.
    var retention: Int64?
    var timeToLive: Int64?

    private static let marginMax: Int64 = 3_600_000_000_000

    /// Nothing before this is compared or removed.
    ///
    /// The source shows points until it drops the shard that they are in, which it never does before their age. The
    /// margin is for clocks that differ and for the time that comparing takes: a tenth of the age, at most an hour.
    ///
    /// - Parameter window: the bound is a multiple of it.
    func oldest(at now: Int64, window: Int64) -> Int64 {
        [retention, timeToLive].compactMap { $0 }.map { age in
            let bound = now.addingClamped(min(Self.marginMax, age / 10) - age)
            let floor = bound.floored(to: window)
            return floor == bound ? bound : floor.addingClamped(window)
        }.max() ?? TimeRange.earliest
    }
}
