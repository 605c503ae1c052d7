/// How far the comparison of everything that the source retains has come.
struct SweepCursor: Sendable {
    private static let day: Int64 = 86_400_000_000_000

    /// Up to where the present sweep has compared, going back in time; nil between sweeps.
    var position: Int64?
    /// The time of the first point that there was when the present sweep began.
    var oldest: Int64?
    /// When the next one begins.
    var next = ContinuousClock.now
    /// What `leat.windows` says of a sweep that has a reason: pushes that may have been lost.
    enum Announcement: Sendable {
        /// It has yet to be announced.
        case due
        /// It has been announced.
        case made
        /// There is none.
        case none
    }

    var announcement = Announcement.due
    /// How much is compared at a time, in nanoseconds.
    private(set) var step = SweepCursor.day

    /// Start over immediately.
    mutating func restart() {
        position = nil
        next = .now
        announcement = .due
    }

    /// Comparing a step took this long: the next ones are longer or shorter.
    ///
    /// Both servers need a second or so for a statement over many series however short its span, and ClickHouse, whose
    /// sorting key begins with the tags, reads all of a month: long steps are cheap.
    mutating func took(_ duration: Duration) {
        if duration < .seconds(3) { step = min(step * 4, Self.day * 366) }
        if duration > .seconds(12) { step = max(step / 2, Self.day / 24) }
    }
}
