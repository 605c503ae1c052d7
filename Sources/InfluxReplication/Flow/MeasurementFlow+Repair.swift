import LeatState

extension MeasurementFlow {
    /// Reads spans again in which a comparison has found differences, and makes the warehouse equal to the source there
    /// as far as the configuration asks for it.
    ///
    /// - Parameter spans: of any length; are widened to whole windows.
    /// - Returns: how many points were read.
    func repair(_ spans: [TimeRange]) async throws -> UInt64 {
        guard isFollowed else {
            throw PipelineError(
                .precondition,
                "`\(state.name)` is \(state.phase.rawValue)\(state.cause.isEmpty ? "" : ": \(state.cause)")",
                remedy: state.remedy.isEmpty ? "leat tables resync \(state.name)" : state.remedy
            )
        }
        let oldest = oldestMirrored(at: WallTime.now)
        var points: UInt64 = 0
        for span in spans {
            var start = book.window(of: span.start)
            let end = book.window(of: span.end.addingClamped(book.length - 1))
            while start < end {
                let range = TimeRange(start, min(end, start.addingClamped(max(book.length, chunk.nanoseconds))))
                let began = book.beginRead()
                points += try await readRows(range, origin: .read)
                // What was pushed meanwhile may be newer than what was read and then inserted over it.
                let touched = book.touched(since: began, within: range)
                try await record(book.reopen(touched))
                book.openRecent(touched)
                // What the read has left over.
                let (comparison, since) = try await counts(within: range, step: book.length, delivery: .zero)
                let surplus = comparison.surplus.filter { $0 >= oldest && !book.wasWritten($0, since: since) }
                try await mirror(surplus, comparison)
                start = range.end
            }
        }
        return points
    }
}
