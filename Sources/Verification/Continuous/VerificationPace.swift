/// How long to rest after a piece of work at the source, so that it takes no more than its share of the time.
struct VerificationPace: Sendable {
    /// Share of the time that the source may be busy, above 0 up to 1.
    let share: Double
    /// However long a span has taken: the share is kept up to spans of minutes.
    private static let restMax = Duration.seconds(3600)

    /// - Parameters:
    ///   - busy: how long the source was.
    ///   - passed: how long all of it took, waiting included.
    func rest(busy: Duration, passed: Duration) -> Duration {
        guard share > 0, share < 1 else { return .zero }
        let wanted = busy / share
        return min(Self.restMax, max(.zero, wanted - passed))
    }
}

extension Duration {
    fileprivate static func / (duration: Duration, divisor: Double) -> Duration {
        .seconds(duration / .seconds(1) / divisor)
    }
}
