import Foundation
import Logging
import Telemetry

/// Where log lines go: people at a terminal get a line of text, everything else JSON lines.
enum Logs {
    /// - Parameter level: what is logged at least, unless LEAT_LOG_LEVEL says otherwise.
    static func bootstrap(level: Logger.Level = .info) {
        bootstrap(LogSink(format: LogSink.formatForStandardError()), level: level)
    }

    /// Into a file, where standard output is for people: JSON lines, appended.
    static func bootstrap(toFile path: String) {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return bootstrap(level: .info) }
        let file = FileHandle(fileDescriptor: descriptor)
        bootstrap(LogSink(format: .json) { line in file.write(Data(line.utf8)) }, level: .info)
    }

    private static func bootstrap(_ sink: LogSink, level: Logger.Level) {
        let level = ProcessInfo.processInfo.environment["LEAT_LOG_LEVEL"].flatMap(Logger.Level.init(rawValue:)) ?? level
        LoggingSystem.bootstrap { label in LeatLogHandler(label: label, sink: sink, level: level) }
    }
}
