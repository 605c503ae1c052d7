import Synchronization

/// Ended spans on their way out. Bounded: what does not fit is dropped and counted, so that a collector that is away
/// costs neither memory nor time.
final class SpanQueue: Sendable {
    private struct State {
        var spans: [FinishedSpan] = []
        var dropped = 0
    }

    private let spansMax: Int
    private let state = Mutex(State())

    init(spansMax: Int = 8192) { self.spansMax = spansMax }

    func add(_ span: FinishedSpan) {
        state.withLock { state in
            if state.spans.count < spansMax { state.spans.append(span) } else { state.dropped += 1 }
        }
    }

    /// The oldest spans, at most this many.
    func take(_ count: Int) -> [FinishedSpan] {
        state.withLock { state in
            let taken = Array(state.spans.prefix(count))
            state.spans.removeFirst(taken.count)
            return taken
        }
    }

    /// Counts spans that were taken and could not be sent.
    func drop(_ count: Int) { state.withLock { $0.dropped += count } }

    /// How many were dropped since this was last asked.
    func takeDropped() -> Int {
        state.withLock { state in
            defer { state.dropped = 0 }
            return state.dropped
        }
    }
}
