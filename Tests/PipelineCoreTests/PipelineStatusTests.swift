import PipelineCore
import Testing

@Suite("What a process says of a pipeline")
struct PipelineStatusTests {
    private let start = ContinuousClock.now
    private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }
    private let failure = PipelineFailure(.other, cause: "the table is somebody else's", remedy: "drop it")

    @Test("a failure stays in sight while it is tried again, until the pipeline is through with its start")
    func failureStays() {
        var status = PipelineStatus(name: "p", at: start)
        #expect(status.report(at: start).state == .starting)
        status.failed(failure, retryAt: at(30))
        var report = status.report(at: at(10))
        #expect(report.state == .failed && report.cause == failure.cause && report.remedy == failure.remedy)
        #expect(report.retrySeconds == 20)
        status.starting(at: at(30))
        report = status.report(at: at(31))
        #expect(report.state == .failed && report.cause == failure.cause)
        status.started(at: at(32))
        report = status.report(at: at(32))
        #expect(report.state == .running && report.cause.isEmpty && report.retrySeconds == nil)
    }

    @Test("a pipeline that has failed gets later, second by second")
    func staleLag() {
        var status = PipelineStatus(name: "p", at: start)
        status.started(at: start)
        status.lag(LagParts(stream: 2), at: at(1))
        #expect(status.report(at: at(1.4)).lagSeconds == 2)
        status.failed(failure, retryAt: nil)
        #expect(status.report(at: at(61)).lagSeconds == 62)
        #expect(status.report(at: at(61)).retrySeconds == nil)
    }

    @Test("a step that is tried again is named with what it meets, until it works")
    func stages() {
        var status = PipelineStatus(name: "p", at: start)
        status.started(at: start)
        let denied = Explanation(cause: "Access denied for user 'leat'", remedy: "check password:")
        status.stageFailed("source", denied, at: at(1))
        status.stageFailed("receive", Explanation(cause: "closed", remedy: ""), at: at(2))
        status.stageFailed("source", denied, at: at(3))
        status.lag(LagParts(stream: 3), at: at(3))
        let report = status.report(at: at(4))
        #expect(report.cause == "Access denied for user 'leat'" && report.remedy == "check password:")
        #expect(report.errors.map(\.stage) == ["source", "receive"] && report.errors[0].seconds == 3)
        #expect(report.lagOf == .source)
        status.stageWorked("source")
        status.stageWorked("receive")
        #expect(status.report(at: at(4)).cause.isEmpty)
    }

    @Test(
        "whose lag it is",
        arguments: [
            (LagParts(replica: 14, stream: 0.5), [], LagParts.Origin.replica),
            (LagParts(replica: 0, stream: 14), [], .leat),
            (LagParts(replica: 3, stream: 14), [], .leat),
            (LagParts(stream: 14, warehouse: 5), [], .warehouse),
            (LagParts(stream: 14), ["insert"], .warehouse),
            (LagParts(stream: 14), ["source"], .source),
            (LagParts(stream: 14), ["receive"], .source),
            (LagParts(replica: 0.4, stream: 0.9), ["source"], nil),
        ] as [(LagParts, [String], LagParts.Origin?)]
    )
    func origin(parts: LagParts, failing: [String], origin: LagParts.Origin?) {
        #expect(parts.origin(failing: Set(failing)) == origin)
    }
}
