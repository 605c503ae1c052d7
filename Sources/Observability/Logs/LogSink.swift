import Logging
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Where the lines of all loggers end: it formats them, leaves out repeats and writes whole lines.
package final class LogSink: Sendable {
    private let format: LogFormat
    private let limiter: Mutex<LogLimiter>
    private let output: @Sendable (String) -> Void
    private let leftOut: Mutex<Counter?>
    private let now: @Sendable () -> (wall: WallClock, monotonicNanoseconds: UInt64)

    /// - Parameters:
    ///   - linesMax: how often one message about one subject is written in `interval`; 0 sets no limit.
    ///   - leftOut: counts the lines that were left out.
    package convenience init(
        format: LogFormat,
        linesMax: Int = 5,
        interval: Duration = .seconds(30),
        leftOut: Counter? = nil,
        output: @escaping @Sendable (String) -> Void = LogSink.standardError
    ) {
        self.init(format: format, linesMax: linesMax, interval: interval, leftOut: leftOut, output: output) {
            var time = timespec()
            clock_gettime(CLOCK_MONOTONIC, &time)
            return (.now(), UInt64(max(0, time.tv_sec)) &* 1_000_000_000 &+ UInt64(max(0, time.tv_nsec)))
        }
    }

    init(
        format: LogFormat,
        linesMax: Int,
        interval: Duration,
        leftOut: Counter?,
        output: @escaping @Sendable (String) -> Void,
        now: @escaping @Sendable () -> (wall: WallClock, monotonicNanoseconds: UInt64)
    ) {
        self.format = format
        limiter = Mutex(LogLimiter(linesMax: linesMax, interval: interval))
        self.leftOut = Mutex(leftOut)
        self.output = output
        self.now = now
    }

    /// Counts from now on the lines that are left out.
    package func countLeftOut(in counter: Counter) { leftOut.withLock { $0 = counter } }

    /// Metadata that say what a line is about.
    private static let subjects = ["pipeline", "table", "measurement"]

    func write(level: Logger.Level, logger: String, message: String, error: String?, fields: Logger.Metadata) {
        let time = now()
        let key = LogLimiter.Key(
            level: level.rawValue,
            logger: logger,
            message: message,
            subject: Self.subjects.compactMap { fields[$0].map { "\($0)" } }.joined(separator: " ")
        )
        let (summaries, isWritten) = limiter.withLock { limiter in
            (
                limiter.summaries(now: time.monotonicNanoseconds),
                limiter.shouldWrite(key, now: time.monotonicNanoseconds)
            )
        }
        write(summaries, at: time.wall)
        guard isWritten else {
            leftOut.withLock(\.self)?.increment()
            return
        }
        output(
            format.line(
                time: time.wall,
                level: level,
                logger: logger,
                message: message,
                error: error,
                fields: fields
            )
        )
    }

    /// Writes the summaries of what is being left out. Call it before the process ends.
    package func flush() {
        let time = now()
        write(limiter.withLock { $0.summaries(now: time.monotonicNanoseconds, all: true) }, at: time.wall)
    }

    private func write(_ summaries: [LogLimiter.Summary], at time: WallClock) {
        for summary in summaries {
            var fields: Logger.Metadata = [
                "repeated": .string(summary.key.message), "count": .stringConvertible(summary.count),
            ]
            if !summary.key.subject.isEmpty { fields["of"] = .string(summary.key.subject) }
            output(
                format.line(
                    time: time,
                    level: Logger.Level(rawValue: summary.key.level) ?? .notice,
                    logger: summary.key.logger,
                    message: "repeated log lines suppressed",
                    error: nil,
                    fields: fields
                )
            )
        }
    }

    private static let lock = Mutex(())

    /// Writes a line to standard error, whole and unmixed with others. What cannot be written is dropped: a full disk
    /// behind the log must not stop the work.
    package static func standardError(_ line: String) {
        var line = line
        lock.withLock { _ in
            line.withUTF8 { bytes in
                var rest = bytes[...]
                while !rest.isEmpty {
                    let count = writeToStandardError(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: rest)))
                    if count < 0, errno == EINTR { continue }
                    guard count > 0 else { return }
                    rest = rest.dropFirst(count)
                }
            }
        }
    }

    private static func writeToStandardError(_ bytes: UnsafeRawBufferPointer) -> Int {
        #if canImport(Glibc)
        Glibc.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
        #elseif canImport(Musl)
        Musl.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
        #else
        Darwin.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
        #endif
    }

    /// Lines for people where standard error is a terminal (with colors unless `NO_COLOR` is set), else JSON.
    package static func formatForStandardError() -> LogFormat {
        isatty(STDERR_FILENO) == 1 ? textFormatForStandardError() : .json
    }

    /// Lines for people, with colors where standard error is a terminal, unless `NO_COLOR` is set.
    package static func textFormatForStandardError() -> LogFormat {
        .human(colors: isatty(STDERR_FILENO) == 1 && getenv("NO_COLOR") == nil)
    }
}
