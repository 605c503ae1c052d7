import Testing

@testable import Verification

@Suite("How long a comparison waits for its pipeline")
struct PatienceTests {
    /// Looks at a pipeline.
    ///
    /// - Returns: the second of the look after which the wait is over, and whether the pipeline had moved by then.
    private func end(_ looks: [(second: Int, missing: UInt64, isAlive: Bool)]) -> (second: Int?, hasMoved: Bool) {
        var patience = Patience(atMost: .seconds(600), withoutProgress: .seconds(60))
        for look in looks
        where patience.isOver(after: .seconds(look.second), missing: look.missing, isAlive: look.isAlive) {
            return (look.second, patience.hasMoved)
        }
        return (nil, patience.hasMoved)
    }

    @Test("one that is catching up is waited for, however slow it is")
    func catchingUp() {
        #expect(end((0...700).map { ($0, UInt64(10_000 - $0 / 50), true) }) == (601, true))
    }

    @Test("one that stands still is given up after a minute, also when it has moved before")
    func standingStill() {
        #expect(end((0...700).map { ($0, 10, true) }) == (61, false))
        #expect(end((0...700).map { ($0, $0 < 60 ? 10 : 9, true) }) == (121, true))
    }

    @Test("one that does not run is given the time of a restart")
    func restart() {
        #expect(end((0...700).map { ($0, 10, false) }) == (16, false))
        #expect(end((0...20).map { ($0, 10, $0 > 15) }) == (nil, false))
    }
}
