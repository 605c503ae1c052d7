/// Decides whether a process that has taken a pipeline over has stopped, from what it leaves in `leat.*`.
///
/// A running pipeline saves a checkpoint every ten seconds at least. How old the newest is says nothing after a time in
/// which ClickHouse was away, so what counts is that nothing new was seen while ClickHouse answered. Pure: times are
/// those of the caller's clock.
package struct TakeoverWatch: Sendable {
    /// How often to check.
    package static let interval = Duration.seconds(5)
    /// How long nothing new must have been seen.
    package static let silence = Duration.seconds(30)

    private var sign: String?
    private var unchangedSince: ContinuousClock.Instant?

    package init() {}

    /// - Parameter sign: whatever changes while the other process lives; nil if ClickHouse has not answered.
    /// - Returns: whether the other process has stopped.
    package mutating func saw(_ sign: String?, at now: ContinuousClock.Instant) -> Bool {
        guard let sign else {
            unchangedSince = nil
            return false
        }
        guard sign == self.sign, let unchangedSince else {
            self.sign = sign
            unchangedSince = now
            return false
        }
        return now - unchangedSince >= Self.silence
    }
}
