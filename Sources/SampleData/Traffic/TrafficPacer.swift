/// Spreads row changes evenly in time; what was missed is caught up with, but not more than some seconds of it.
///
/// No clock of its own: the caller says what time it is.
struct TrafficPacer {
    static let catchUpMax: Duration = .seconds(5)

    private let perRow: Duration
    private var next: ContinuousClock.Instant

    /// - Parameter rate: row changes per second, more than 0.
    init(rate: Double, start: ContinuousClock.Instant) {
        precondition(rate > 0)
        perRow = .nanoseconds(Int64(max(1, 1_000_000_000 / rate)))
        next = start
    }

    /// When the next `rows` changes are due, in the past where we are late.
    mutating func turn(rows: Int, now: ContinuousClock.Instant) -> ContinuousClock.Instant {
        next = max(next, now - TrafficPacer.catchUpMax)
        let due = next
        next += perRow * rows
        return due
    }
}
