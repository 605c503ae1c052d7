/// Decides which repeated log lines are written: at most this many of one message about one subject in an interval,
/// then a summary.
///
/// Pure: the time comes in from outside. Messages are constant texts and subjects tables, so their number is small; it
/// is bounded anyway.
struct LogLimiter {
    struct Key: Hashable {
        var level: String
        var logger: String
        var message: String
        /// What it concerns: that one table is copied says nothing about another.
        var subject = ""
    }

    /// Lines of one message that were left out in an interval that has ended.
    struct Summary: Equatable {
        var key: Key
        var count: Int
    }

    private struct Window {
        var end: UInt64
        var written: Int
        var leftOut: Int
    }

    /// Lines of one message in one interval; 0 or less sets no limit.
    let linesMax: Int
    let intervalNanoseconds: UInt64
    static let messagesMax = 1000
    private var windows: [Key: Window] = [:]
    /// No window ends before this.
    private var nextEnd: UInt64 = .max

    init(linesMax: Int, interval: Duration) {
        self.linesMax = linesMax
        intervalNanoseconds = UInt64(max(0, interval.secondsAsDouble * 1e9))
    }

    /// - Parameter now: nanoseconds of a clock that never goes back.
    mutating func shouldWrite(_ key: Key, now: UInt64) -> Bool {
        guard linesMax > 0 else { return true }
        if var window = windows[key], now < window.end {
            guard window.written >= linesMax else {
                window.written += 1
                windows[key] = window
                return true
            }
            window.leftOut += 1
            windows[key] = window
            return false
        }
        // Too many different messages to watch: write rather than lose.
        guard windows.count < Self.messagesMax else { return true }
        let end = now &+ intervalNanoseconds
        windows[key] = Window(end: end, written: 1, leftOut: 0)
        nextEnd = min(nextEnd, end)
        return true
    }

    /// What was left out in intervals that have ended by now; ask before each line. `all` ends all intervals.
    mutating func summaries(now: UInt64, all: Bool = false) -> [Summary] {
        guard all || now >= nextEnd else { return [] }
        var summaries: [Summary] = []
        var kept: [Key: Window] = [:]
        for (key, window) in windows {
            if !all, now < window.end {
                kept[key] = window
            } else if window.leftOut > 0 {
                summaries.append(Summary(key: key, count: window.leftOut))
            }
        }
        windows = kept
        nextEnd = kept.values.map(\.end).min() ?? .max
        return summaries.sorted {
            ($0.key.logger, $0.key.message, $0.key.subject) < ($1.key.logger, $1.key.message, $1.key.subject)
        }
    }
}
