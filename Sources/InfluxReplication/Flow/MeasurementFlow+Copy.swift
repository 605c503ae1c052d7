import InfluxProtocol
import LeatState
import Logging

extension MeasurementFlow {
    /// Copies everything that the source has, newest first, in spans that several readers take one after another. What
    /// an earlier run has copied is not read again.
    func copy() async throws {
        let begun = WallTime.now
        try await record(
            book.beginCopy(at: book.window(of: begun.addingClamped(-context.options.lookback.nanoseconds)))
        )
        let horizon = book.confirmed ?? book.window(of: begun)
        guard let first = try await extremeTime(isLast: false) else {
            return try await endCopy(at: horizon)
        }
        let whole = TimeRange(book.window(of: first), TimeRange.latest)
        var gaps = book.uncopied(within: whole)
        logger.info("copying a measurement", metadata: ["from": "\(WallTime.text(first))"])
        try await withThrowingTaskGroup(of: Void.self) { group in
            var running = 0
            while true {
                while running < context.options.readersMax, let range = nextSpan(&gaps, begun: begun) {
                    running += 1
                    group.addTask { try await self.read(range, for: .copy) }
                }
                guard running > 0 else { break }
                try await group.next()
                running -= 1
            }
        }
        try await endCopy(at: horizon)
    }

    /// Cuts the newest part off what is left.
    private func nextSpan(_ gaps: inout [TimeRange], begun: Int64) -> TimeRange? {
        guard let gap = gaps.first else { return nil }
        // What is dated in the future is one span, with the last hour.
        let now = book.window(of: begun).addingClamped(book.length)
        let end = gap.end > now && gap.start < now ? now : gap.end
        let start = max(gap.start, end.addingClamped(-chunk.nanoseconds))
        if start <= gap.start { gaps.removeFirst() } else { gaps[0] = TimeRange(gap.start, start) }
        return TimeRange(start, gap.end)
    }

    private func endCopy(at horizon: Int64) async throws {
        // What the copy has read beyond the horizon was at the source, should it be deleted before the first
        // comparison.
        let now = book.window(of: WallTime.now).addingClamped(book.length)
        _ = try await counts(within: TimeRange(horizon, max(horizon, now)), step: book.length, delivery: .zero)
        try await record(book.endCopy(at: horizon), points: state.rows)
        try await handle(.copied)
    }

    /// Forgets what is complete and copies everything again.
    func copyAgain() async throws { try await handle(.resyncOrdered) }
}
