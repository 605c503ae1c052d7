import LeatState

/// Whether a pipeline is alive: the one rule, for `leat status`, `leat doctor`, `leat verify` and `/health`. Pure.
package enum Liveness: Sendable, Equatable {
    /// What the process says that runs the configuration on this machine.
    package enum Answer: Sendable, Equatable {
        /// It answers.
        case report(PipelineReport)
        /// It takes connections and does not answer.
        case silent
        /// Nothing listens, or it was not asked.
        case nobody
    }

    /// It checks both sides and finds out where it was.
    case starting
    case running
    /// Its process lives, and starts it again later.
    case failed(cause: String, remedy: String)
    /// Its process lives and does nothing.
    case hung(seconds: Double?)
    /// It was asked to stop, and did.
    case stopped(seconds: Double)
    /// Its process ended without stopping.
    case crashed(seconds: Double, cause: String, remedy: String)
    case neverRan

    /// Silence from which a pipeline counts as dead or hung; a live one says something twice a second.
    package static let silenceMaxSeconds = 4.0
    /// How often a process writes down that its pipelines live.
    package static let recordInterval = Duration.seconds(1)
    /// The same for checkpoints, where nothing else is on record: a live pipeline saves one every ten seconds.
    package static let checkpointAgeMaxSeconds = 20.0

    /// - Parameters:
    ///   - answer: of the process on this machine.
    ///   - records: the latest record of each process.
    ///   - checkpointAge: of the pipeline's checkpoint in seconds; nil if there is none.
    ///   - asked: the place that the answer is from. Where nobody answers, a process that ran there is dead, however
    ///     young
    ///     its record is.
    package init(answer: Answer, records: [PipelineRecord], checkpointAge: Double?, asked: String? = nil) {
        switch answer {
        case .report(let report):
            self = Self.judge(report)
        case .silent:
            self = .hung(seconds: records.map(\.ageSeconds).min())
        case .nobody:
            self = Self.judge(records, checkpointAge: checkpointAge, nobodyAt: asked)
        }
    }

    private static func judge(_ report: PipelineReport) -> Liveness {
        switch report.state {
        case .failed: .failed(cause: report.cause, remedy: report.remedy)
        case .starting: .starting
        case .running: report.silenceSeconds > silenceMaxSeconds ? .hung(seconds: report.silenceSeconds) : .running
        }
    }

    private static func judge(
        _ records: [PipelineRecord],
        checkpointAge: Double?,
        nobodyAt asked: String?
    ) -> Liveness {
        let newest = records.sorted { $0.ageSeconds < $1.ageSeconds }
        let live = newest.filter {
            $0.state != .stopped && $0.ageSeconds <= silenceMaxSeconds && (asked == nil || $0.place != asked)
        }
        // One that was taken over by another process is `failed` while that one runs.
        if let record = live.first(where: { $0.state == .running }) ?? live.first {
            return switch record.state {
            case .failed: .failed(cause: record.cause, remedy: record.remedy)
            case .starting: .starting
            case .running, .stopped: .running
            }
        }
        guard let record = newest.first else {
            guard let checkpointAge else { return .neverRan }
            return checkpointAge <= checkpointAgeMaxSeconds
                ? .running : .crashed(seconds: checkpointAge, cause: "", remedy: "")
        }
        // A process of an earlier version writes checkpoints and no records.
        if let checkpointAge, checkpointAge < record.ageSeconds - checkpointAgeMaxSeconds {
            return checkpointAge <= checkpointAgeMaxSeconds
                ? .running : .crashed(seconds: checkpointAge, cause: "", remedy: "")
        }
        return record.state == .stopped
            ? .stopped(seconds: record.ageSeconds)
            : .crashed(seconds: record.ageSeconds, cause: record.cause, remedy: record.remedy)
    }

    /// Whether it carries changes over, or soon will without anybody's help.
    package var isAlive: Bool {
        switch self {
        case .starting, .running: true
        case .failed, .hung, .stopped, .crashed, .neverRan: false
        }
    }

    /// What it is called: `running`, `stopped` …
    package var name: String {
        switch self {
        case .starting: "starting"
        case .running: "running"
        case .failed: "failed"
        case .hung: "hung"
        case .stopped: "stopped"
        case .crashed: "crashed"
        case .neverRan: "new"
        }
    }

    /// In words, for people.
    package var text: String {
        switch self {
        case .starting: "starting"
        case .running: "running"
        case .failed(let cause, _): "failed: \(cause)"
        case .hung(let seconds?): "not running: the process hangs, it has done nothing for \(Self.text(seconds))"
        case .hung(nil): "not running: the process hangs, it does not answer"
        case .stopped(let seconds): "not running: stopped \(Self.text(seconds)) ago"
        case .crashed(let seconds, let cause, _):
            "not running: the process ended without stopping, its last sign of life is \(Self.text(seconds)) old"
                + (cause.isEmpty ? "" : "; by then: \(cause)")
        case .neverRan: "not running: nothing was copied yet"
        }
    }

    /// Why it does not run; empty if it does.
    package var cause: String {
        switch self {
        case .starting, .running: ""
        case .failed(let cause, _): cause
        case .hung, .stopped, .crashed, .neverRan: text
        }
    }

    /// What to do; empty if nothing is to be done.
    package var remedy: String {
        switch self {
        case .starting, .running: ""
        case .failed(_, let remedy): remedy
        case .hung: "see its log; end it with kill -9 and start it again: it continues where it was"
        case .stopped, .neverRan: "leat run, or leat up"
        case .crashed(_, _, let remedy):
            remedy.isEmpty ? "start it again (leat run, or leat up), and see its log" : remedy
        }
    }

    /// `12 s`, `12 min`, `5 h`.
    private static func text(_ seconds: Double) -> String {
        if seconds < 120 { return "\(Int(seconds)) s" }
        if seconds < 7200 { return "\(Int(seconds / 60)) min" }
        return "\(Int(seconds / 3600)) h"
    }
}
