/// A program to run, and how.
struct Command: Sendable {
    var executable: String
    var arguments: [String] = []
    /// The whole environment: nothing is inherited.
    var environment: [String: String] = [:]
    var workingDirectory = "/"
    /// The file that output and errors are appended to.
    var logPath: String
    /// Where standard output goes instead of the log.
    var outputPath: String?
    /// Where standard input comes from.
    var inputPath = "/dev/null"
    /// The signal that the process gets when this one dies (Linux only).
    var signalOnParentDeath: ParentDeathSignal = .terminate

    enum ParentDeathSignal: String, Sendable {
        case terminate = "TERM"
        case kill = "KILL"
    }
}
