/// How far the comparison of everything that the source retains has come.
struct SweepCursor: Sendable {
    private static let day: Int64 = 86_400_000_000_000

    /// Up to where the present sweep has compared, going back in time; nil between sweeps.
    var position: Int64?
    /// The time of the first point that there was when the present sweep began.
    var oldest: Int64?
    /// When the next one begins.
    var next = ContinuousClock.now
    /// How much is compared at a time, in nanoseconds.
    private(set) var step = SweepCursor.day

    /// Begin anew at once.
    mutating func restart() {
        position = nil
        next = .now
    }

    /// Comparing a step took this long: the next ones are longer or shorter.
    mutating func took(_ duration: Duration) {
        if duration < .milliseconds(300) { step = min(step * 2, Self.day * 366) }
        if duration > .seconds(3) { step = max(step / 2, Self.day / 24) }
    }
}
