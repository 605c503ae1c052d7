import Testing

@testable import Verification

@Suite("Windows that differ") struct ComparedSpanTests {
    private let span = SeriesSpan(0, 1000, window: 100)

    private func sums(_ points: [UInt64]) -> [WindowSums] { points.map { WindowSums(points: $0) } }

    @Test("what is unequal is compared again from the first window to the last, in one go")
    func again() throws {
        var compared = ComparedSpan(
            span,
            source: sums([5, 5, 5, 5, 5, 5, 5, 5, 5, 5]),
            warehouse: sums([5, 5, 4, 5, 5, 6, 5, 5, 5, 5])
        )
        #expect(compared.unequal == [2, 5])
        #expect(compared.unequalSpan == SeriesSpan(200, 600, window: 100))
        // One is fixed, another has begun to differ.
        compared.update(source: sums([5, 9, 5, 5]), warehouse: sums([5, 5, 5, 5]))
        #expect(compared.unequal == [3])
        #expect(compared.source[3].points == 9)
        compared.update(source: sums([9]), warehouse: sums([9]))
        #expect(compared.unequal.isEmpty && compared.unequalSpan == nil)
    }

    @Test("runs hold as many windows as fit, and no points of those between")
    func runs() {
        let compared = ComparedSpan(
            span,
            source: sums([10, 90, 10, 90, 10, 90, 90, 90, 90, 200]),
            warehouse: sums([9, 90, 12, 90, 9, 90, 90, 90, 90, 1])
        )
        #expect(
            compared.runs(pointsMax: 25) == [
                WindowRun(span: SeriesSpan(0, 300, window: 100), windows: [0, 2], points: 22),
                WindowRun(span: SeriesSpan(400, 500, window: 100), windows: [0], points: 10),
                WindowRun(span: SeriesSpan(900, 1000, window: 100), windows: [0], points: 200),
            ]
        )
        let run = compared.runs(pointsMax: 25)[0]
        #expect(run.contains(0) && !run.contains(100) && run.contains(299))
    }

    @Test("windows whose points were written just now count for what both sides have")
    func leftOut() {
        var compared = ComparedSpan(
            span,
            source: sums([5, 7, 5, 5, 5, 5, 5, 5, 5, 5]),
            warehouse: sums([5, 6, 5, 5, 5, 5, 5, 5, 5, 5])
        )
        compared.leaveOutUnequal()
        #expect(compared.unequal.isEmpty)
        #expect(compared.source == compared.warehouse && compared.source[1].points == 6)
    }
}
