/// How patient rules are: as one wants to be woken up, or as one wants to watch them in a drill.
package struct RulePace: Sendable, Hashable {
    /// For use.
    package static let standard = RulePace(divisor: 1)
    /// For the drill of `make alerts`: everything that is waited for is twelve times shorter; thresholds stay.
    package static let drill = RulePace(divisor: 12)

    private let divisor: Int64

    /// How long a condition must hold before its alert fires.
    func hold(_ duration: Duration) -> Duration { shortened(duration, min: 5) }

    /// The time range of a rate or an increase: at least four scrapes.
    func window(_ duration: Duration) -> Duration { shortened(duration, min: 20) }

    private func shortened(_ duration: Duration, min: Int64) -> Duration {
        let seconds = duration.components.seconds
        guard divisor > 1, seconds > min else { return duration }
        return .seconds(Swift.max(min, seconds / divisor))
    }
}
