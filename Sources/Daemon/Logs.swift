import Foundation
import LeatConfig
import Logging
import Observability
import Synchronization

/// Where log lines go, and the one place that decides how many and how they look.
///
/// What comes first wins: `--log-level` and `--log-format`, the variable `LEAT_LOG_LEVEL`, `log:` in leat.yaml.
package enum Logs {
    private static let sink = Mutex<LogSink?>(nil)

    /// Of a command that ends soon: lines for people at a terminal, JSON lines elsewhere.
    ///
    /// - Parameter level: what is logged at least, unless `LEAT_LOG_LEVEL` says otherwise.
    package static func bootstrap(level: Logger.Level = .info) {
        bootstrap(LogSink(format: LogSink.formatForStandardError()), level: levelOfEnvironment ?? level)
    }

    /// Of a process that runs a configuration.
    ///
    /// - Parameters:
    ///   - level: as the command line says.
    ///   - format: as the command line says.
    package static func bootstrap(
        level: LeatConfiguration.Log.Level?,
        format chosen: LeatConfiguration.Log.Format?,
        _ configuration: LeatConfiguration.Log
    ) {
        let format: LogFormat =
            switch chosen ?? configuration.format {
            case .auto: LogSink.formatForStandardError()
            case .json: .json
            case .text: LogSink.textFormatForStandardError()
            }
        let level = level.map { Logger.Level($0) } ?? levelOfEnvironment ?? Logger.Level(configuration.level)
        bootstrap(LogSink(format: format), level: level)
    }

    /// Into a file, where standard output is for people: JSON lines, appended.
    package static func bootstrap(
        toFile path: String,
        level: LeatConfiguration.Log.Level?,
        format chosen: LeatConfiguration.Log.Format?
    ) {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let level = level.map { Logger.Level($0) } ?? levelOfEnvironment ?? .info
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return bootstrap(LogSink(format: LogSink.formatForStandardError()), level: level) }
        let file = FileHandle(fileDescriptor: descriptor)
        let format: LogFormat = chosen == .text ? .human(colors: false) : .json
        // What cannot be written is dropped: a full disk behind the log must not stop the work.
        bootstrap(LogSink(format: format) { line in try? file.write(contentsOf: Data(line.utf8)) }, level: level)
    }

    private static func bootstrap(_ sink: LogSink, level: Logger.Level) {
        self.sink.withLock { $0 = sink }
        LoggingSystem.bootstrap { label in LeatLogHandler(label: label, sink: sink, level: level) }
    }

    /// Counts the lines that are left out since they repeat too often.
    package static func count(in metrics: LeatMetrics) {
        sink.withLock(\.self)?.countLeftOut(in: metrics.logLinesLeftOut.only)
    }

    /// Says what is being left out; for the end of the process.
    package static func flush() { sink.withLock(\.self)?.flush() }

    private static var levelOfEnvironment: Logger.Level? {
        ProcessInfo.processInfo.environment["LEAT_LOG_LEVEL"].flatMap(Logger.Level.init(rawValue:))
    }
}

extension Logger.Level {
    init(_ level: LeatConfiguration.Log.Level) { self = Logger.Level(rawValue: level.rawValue) ?? .info }
}
