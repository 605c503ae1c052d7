import MySQLProtocol
import Synchronization

/// Those who wait until the stream has come to a position, and has carried out every statement up to there.
final class StreamWaits: Sendable {
    private struct Waiter {
        let id: UInt64
        let position: GTIDSet
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var waiters: [Waiter] = []
        var next: UInt64 = 0
    }

    private let state = Mutex(State())
    private let decoder: StreamDecoder

    init(_ decoder: StreamDecoder) { self.decoder = decoder }

    /// - Throws: `CancellationError`.
    func waitUntilReceived(_ position: GTIDSet) async throws {
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                state.withLock {
                    $0.waiters.append(Waiter(id: id, position: position, continuation: continuation))
                }
                if Task.isCancelled { cancel(id) } else { check() }
            }
        } onCancel: {
            cancel(id)
        }
    }

    /// To be called whenever the stream may have come further; some times a second is enough.
    func check() {
        if state.withLock({ $0.waiters.isEmpty }) { return }
        guard !decoder.isInBarrier else { return }
        // Of prepared transactions nothing shows at the source, and nothing is waited for.
        let received = decoder.received.union(decoder.prepared)
        let ready = state.withLock { state in
            let ready = state.waiters.filter { received.isSuperset(of: $0.position) }
            state.waiters.removeAll { received.isSuperset(of: $0.position) }
            return ready
        }
        for waiter in ready { waiter.continuation.resume() }
    }

    private func cancel(_ id: UInt64) {
        let waiter = state.withLock { state -> Waiter? in
            guard let index = state.waiters.firstIndex(where: { $0.id == id }) else { return nil }
            return state.waiters.remove(at: index)
        }
        waiter?.continuation.resume(throwing: CancellationError())
    }
}
