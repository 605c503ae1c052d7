/// How often and after which waits a request that is safe to repeat is sent again.
///
/// The wait before attempt n + 1 is drawn evenly between half of and the whole of `initialDelay × 2^(n−1)`, at most
/// `delayMax`: exponential back-off, with jitter so that clients that failed together do not come back together.
package struct RetryPolicy: Sendable, Hashable {
    /// Attempts altogether, at least 1.
    package var attemptsMax: Int
    package var initialDelay: Duration
    package var delayMax: Duration

    package init(attemptsMax: Int, initialDelay: Duration = .milliseconds(100), delayMax: Duration = .seconds(5)) {
        self.attemptsMax = max(1, attemptsMax)
        self.initialDelay = initialDelay
        self.delayMax = delayMax
    }

    /// One attempt.
    package static let none = RetryPolicy(attemptsMax: 1)
    /// Four attempts within about a second.
    package static let standard = RetryPolicy(attemptsMax: 4)

    /// The wait after `attempt` attempts failed.
    ///
    /// - Parameter random: 0 to 1.
    func delay(afterAttempt attempt: Int, random: Double) -> Duration {
        let doublings = min(max(attempt, 1) - 1, 30)
        let whole = min(initialDelay * (1 << doublings), delayMax)
        return whole * (0.5 + random / 2)
    }
}
