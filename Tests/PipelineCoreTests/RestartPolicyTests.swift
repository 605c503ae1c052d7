import PipelineCore
import Testing

@Suite("What follows when a pipeline has failed")
struct RestartPolicyTests {
    private func retries(_ seconds: Int...) -> ArraySlice<RestartPolicy.Step> {
        seconds.map { .retry(after: .seconds($0)) }[...]
    }

    @Test("it is started again after delays that double up to half a minute, and never given up")
    func doubling() {
        var policy = RestartPolicy()
        let delays = (0..<100).map { _ in policy.ended(.other, after: .seconds(1)) }
        #expect(delays.prefix(6) == retries(1, 2, 4, 8, 16, 30))
        #expect(delays.dropFirst(5).allSatisfy { $0 == .retry(after: .seconds(30)) })
    }

    @Test(
        "a server that refuses the log-in is not asked more often than every ten seconds, so that no account is locked"
    )
    func logIns() {
        var policy = RestartPolicy()
        let delays = (0..<4).map { _ in policy.ended(.logInRefused, after: .zero) }
        #expect(delays[...] == retries(10, 20, 40, 60))
    }

    @Test("one that ran for a minute before it failed begins with short delays again")
    func steady() {
        var policy = RestartPolicy()
        for _ in 0..<10 { _ = policy.ended(.other, after: .seconds(59)) }
        let step = policy.ended(.other, after: .seconds(60))
        #expect(step == .retry(after: .seconds(1)))
    }

    @Test("one that another process has taken over is not tried again while that process lives")
    func fenced() {
        var policy = RestartPolicy()
        for _ in 0..<10 {
            let step = policy.ended(.fenced, after: .seconds(1))
            #expect(step == .awaitTakeover)
        }
        let later = policy.ended(.other, after: .seconds(61))
        #expect(later == .retry(after: .seconds(1)))
    }
}

@Suite("Whether a process that has taken a pipeline over has stopped")
struct TakeoverWatchTests {
    private let start = ContinuousClock.now
    private func at(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }

    @Test("a checkpoint every ten seconds keeps the other one in possession for ever")
    func alive() {
        var watch = TakeoverWatch()
        let answers = stride(from: 0, through: 3600, by: 5).map { watch.saw("\($0 / 10)", at: at($0)) }
        #expect(!answers.contains(true))
    }

    @Test("it has stopped once nothing new was seen for half a minute")
    func stopped() {
        var watch = TakeoverWatch()
        let answers = [("a", 0), ("b", 5), ("b", 34), ("b", 35)].map { watch.saw($0, at: at($1)) }
        #expect(answers == [false, false, false, true])
    }

    @Test("a time in which ClickHouse did not answer says nothing of the other process")
    func away() {
        var watch = TakeoverWatch()
        // ClickHouse is back, and the other process has not written yet.
        let answers = [("a", 0), (nil, 5), ("a", 600), ("a", 629), ("a", 630)].map { watch.saw($0, at: at($1)) }
        #expect(answers == [false, false, false, false, true])
    }
}
