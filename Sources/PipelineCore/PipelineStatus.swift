/// What a process knows of one of its pipelines. Pure: events in, a report out; times are of a clock that does not
/// jump.
package struct PipelineStatus: Sendable {
    package typealias Instant = ContinuousClock.Instant

    private struct Failing {
        var since: Instant
        var explanation: Explanation
    }

    private let name: String
    private var state = PipelineReport.State.starting
    private var failure: PipelineFailure?
    private var retryAt: Instant?
    private var parts = LagParts()
    /// When the pipeline last said anything.
    private var heardAt: Instant
    private var failing: [String: Failing] = [:]

    package init(name: String, at now: Instant) {
        self.name = name
        heardAt = now
    }

    /// It is started again. What it failed of stays until it is through with its start.
    package mutating func starting(at now: Instant) {
        heardAt = now
        if failure == nil { state = .starting }
    }

    package mutating func started(at now: Instant) {
        heardAt = now
        state = .running
        failure = nil
        retryAt = nil
        failing = [:]
    }

    /// - Parameter retryAt: nil if it waits for another process.
    package mutating func failed(_ failure: PipelineFailure, retryAt: Instant?) {
        state = .failed
        self.failure = failure
        self.retryAt = retryAt
        failing = [:]
    }

    package mutating func lag(_ parts: LagParts, at now: Instant) {
        heardAt = now
        self.parts = parts
    }

    package mutating func stageFailed(_ stage: String, _ explanation: Explanation, at now: Instant) {
        heardAt = now
        failing[stage] = Failing(since: failing[stage]?.since ?? now, explanation: explanation)
    }

    package mutating func stageWorked(_ stage: String) { failing[stage] = nil }

    package func report(at now: Instant) -> PipelineReport {
        let silence = max(0, (now - heardAt) / .seconds(1))
        let errors = failing.sorted { ($0.value.since, $0.key) < ($1.value.since, $1.key) }.map {
            PipelineReport.StageError(
                stage: $0.key,
                message: $0.value.explanation.cause,
                remedy: $0.value.explanation.remedy,
                seconds: max(0, (now - $0.value.since) / .seconds(1))
            )
        }
        // Nobody updates what a pipeline that has failed was behind: it is as late as it was, and the time since.
        let isStale = state == .failed || silence > Liveness.silenceMaxSeconds
        let lag = parts.seconds + (isStale ? silence : 0)
        return PipelineReport(
            name: name,
            state: state,
            cause: failure?.cause ?? errors.first?.message ?? "",
            remedy: failure?.remedy ?? errors.first?.remedy ?? "",
            retrySeconds: state == .failed ? retryAt.map { max(0, ($0 - now) / .seconds(1)) } : nil,
            lagSeconds: lag,
            lag: parts,
            lagOf: state == .failed ? nil : parts.origin(failing: Set(failing.keys)),
            silenceSeconds: silence,
            errors: errors
        )
    }
}
