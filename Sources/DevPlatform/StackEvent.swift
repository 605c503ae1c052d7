/// What happens to the platform, in the order in which it happens.
package enum StackEvent: Sendable, Equatable {
    /// A process of an earlier run was still there, and was ended.
    case endedLeftover(StackServer, processID: Int32)
    /// Its data folder is being created (first start).
    case initialising(StackServer)
    case starting(StackServer)
    /// It answers.
    case ready(StackServer, version: String, after: Duration)
    /// It ended unexpectedly.
    case died(StackServer, cause: String)
    /// It will be started again after a delay.
    case restarting(StackServer, attempt: Int, delay: Duration)
    /// It could not be started again; unless this was the last attempt, `restarting` follows.
    case restartFailed(StackServer, ServerStackError)
    case stopping(StackServer)
    case stopped(StackServer)
    /// It did not end in time, and was killed.
    case killed(StackServer)
}

extension StackEvent: CustomStringConvertible {
    /// One line for people.
    package var description: String {
        switch self {
        case .endedLeftover(let server, let pid): "\(server.title): ended what an earlier run had left (process \(pid))"
        case .initialising(let server): "\(server.title): creating its data folder"
        case .starting(let server): "\(server.title): starting"
        case .ready(let server, let version, let time): "\(server.title) \(version): ready after \(time.inSeconds) s"
        case .died(let server, let cause): "\(server.title): died, \(cause)"
        case .restarting(let server, let attempt, let delay):
            "\(server.title): starting again in \(delay.inSeconds) s (attempt \(attempt))"
        case .restartFailed(let server, let error): "\(server.title): did not start again: \(error.message)"
        case .stopping(let server): "\(server.title): stopping"
        case .stopped(let server): "\(server.title): stopped"
        case .killed(let server): "\(server.title): did not stop in time and was killed"
        }
    }
}

extension Duration {
    /// Seconds with one digit after the point.
    var inSeconds: String {
        let tenths = (components.seconds * 10) + components.attoseconds / 100_000_000_000_000_000
        return "\(tenths / 10).\(tenths % 10)"
    }
}
