import MySQLProtocol
import Testing
import Tracing

@testable import MySQLReplication

@Suite("The trace of a batch")
struct BatchTraceTests {
    @Test("a GTID set is shown up to a kilobyte")
    func shortened() {
        #expect(BatchTrace.shortened("3E11FA47-71CA-11E1-9E33-C80AA9429562:1-5").hasSuffix(":1-5"))
        let long = (0..<100).map { "3E11FA47-71CA-11E1-9E33-C80AA94295\($0 + 100):1" }.joined(separator: ",")
        let short = BatchTrace.shortened(long)
        #expect(short.utf8.count == BatchTrace.positionBytesMax && short.hasSuffix("…"))
        #expect(long.hasPrefix(short.dropLast()))
    }

    @Test("the clock of waiting times is turned into time of day")
    func clock() {
        let clock = TraceClock()
        let now = ContinuousClock.now
        let (early, late) = (clock.instant(of: now - .seconds(3)), clock.instant(of: now))
        #expect(late.nanosecondsSinceEpoch - early.nanosecondsSinceEpoch == 3_000_000_000)
    }

    @Test("without a tracer there is no trace")
    func off() {
        #expect(BatchTrace(nil, stream: OpenBatch(), source: "shop") == nil)
    }
}
