/// When a refused log-in may be tried again: later from time to time, so that a policy such as `FAILED_LOGIN_ATTEMPTS`
/// does not lock the account for a program that repeats what cannot succeed. Pure: the clock is the caller's.
struct LogInPacing {
    static let firstPause = Duration.seconds(5)
    static let longestPause = Duration.seconds(60)

    private var refusals = 0
    private var nextAt: ContinuousClock.Instant?
    private var cause: MySQLError?

    /// Why nothing may be tried now; nil where it may. Only one may try then, until its outcome is known.
    mutating func refusal(at now: ContinuousClock.Instant) -> MySQLError? {
        guard let nextAt, var cause else { return nil }
        if now >= nextAt {
            self.nextAt = now + Self.pause(after: refusals)
            return nil
        }
        let seconds = max(1, (nextAt - now).components.seconds)
        cause.message += " (not tried again for \(seconds) s)"
        return cause
    }

    mutating func refused(_ error: MySQLError, at now: ContinuousClock.Instant) {
        refusals += 1
        cause = error
        nextAt = now + Self.pause(after: refusals)
    }

    /// 5, 10, 20, 40, 60, 60 … seconds.
    static func pause(after refusals: Int) -> Duration {
        min(longestPause, firstPause * (1 << min(max(0, refusals - 1), 8)))
    }
}
