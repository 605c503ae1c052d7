/// How a process ended.
enum ChildExit: Sendable, Equatable, CustomStringConvertible {
    case code(Int32)
    case signal(Int32)

    /// - Parameter waitStatus: as `waitpid` reports it.
    init(waitStatus: Int32) {
        let signal = waitStatus & 0x7f
        self = signal == 0 ? .code((waitStatus >> 8) & 0xff) : .signal(signal)
    }

    var isSuccess: Bool { self == .code(0) }

    var description: String {
        switch self {
        case .code(let code): "exit code \(code)"
        case .signal(9): "killed (SIGKILL)"
        case .signal(15): "terminated (SIGTERM)"
        case .signal(11): "crashed (SIGSEGV)"
        case .signal(6): "aborted (SIGABRT)"
        case .signal(let signal): "ended by signal \(signal)"
        }
    }
}
