/// How long to rest after a piece of work at the source, so that it takes no more than its share of the time.
struct VerificationPace: Sendable {
    /// Share of the time that the source may be busy, above 0 up to 1.
    let share: Double
    /// Longer rests would only make a cycle longer.
    private static let restMax = Duration.seconds(120)

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
