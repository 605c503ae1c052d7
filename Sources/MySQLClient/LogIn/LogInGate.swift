import Synchronization

/// Spaces out the log-ins of all sessions of this process to an account that a server has refused: the stream, the
/// watchers, copies and comparisons count together.
final class LogInGate: Sendable {
    static let shared = LogInGate()

    /// An account at a server, as someone who knows this password.
    private struct Account: Hashable {
        var address: String
        var user: String
        var password: String
        var tls: TLSMode

        init(_ endpoint: MySQLEndpoint) {
            address = endpoint.address
            user = endpoint.user
            password = endpoint.password
            tls = endpoint.tls
        }
    }

    /// Only of accounts that were refused last.
    private let pacings = Mutex<[Account: LogInPacing]>([:])

    /// - Throws: the last refusal, while nothing may be tried.
    func pass(_ endpoint: MySQLEndpoint, at now: ContinuousClock.Instant = .now) throws(MySQLError) {
        let refusal = pacings.withLock { $0[Account(endpoint)]?.refusal(at: now) }
        if let refusal { throw refusal }
    }

    func succeeded(_ endpoint: MySQLEndpoint) { pacings.withLock { $0[Account(endpoint)] = nil } }

    func failed(_ endpoint: MySQLEndpoint, _ error: any Error, at now: ContinuousClock.Instant = .now) {
        guard let error = error as? MySQLError, error.code == .authentication else { return }
        pacings.withLock { $0[Account(endpoint), default: LogInPacing()].refused(error, at: now) }
    }
}
