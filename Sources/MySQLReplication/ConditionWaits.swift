import Synchronization

/// Those who wait until something holds that others bring about.
///
/// Whoever may have brought it about calls ``check()``; the pipeline also does so several times a second, which ends
/// waits whose time is over.
final class ConditionWaits: Sendable {
    private struct Waiter {
        let id: UInt64
        let condition: @Sendable () -> Bool
        let deadline: ContinuousClock.Instant?
        let continuation: CheckedContinuation<Bool, any Error>
    }

    private struct State {
        var waiters: [Waiter] = []
        var next: UInt64 = 0
    }

    private let state = Mutex(State())

    /// - Parameters:
    ///   - deadline: when to wait no longer; nil for never.
    ///   - condition: cheap, and safe to ask from anywhere.
    /// - Returns: whether it holds; false once the time is over.
    /// - Throws: `CancellationError`.
    @discardableResult
    func wait(
        before deadline: ContinuousClock.Instant? = nil,
        until condition: @escaping @Sendable () -> Bool
    ) async throws -> Bool {
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                state.withLock {
                    $0.waiters.append(
                        Waiter(id: id, condition: condition, deadline: deadline, continuation: continuation)
                    )
                }
                if Task.isCancelled { cancel(id) } else { check() }
            }
        } onCancel: {
            cancel(id)
        }
    }

    /// Lets those go whose condition holds, or whose time is over.
    func check(now: ContinuousClock.Instant = .now) {
        let waiters = state.withLock(\.waiters)
        for waiter in waiters {
            let holds = waiter.condition()
            guard holds || waiter.deadline.map({ $0 <= now }) ?? false else { continue }
            remove(waiter.id)?.continuation.resume(returning: holds)
        }
    }

    private func cancel(_ id: UInt64) { remove(id)?.continuation.resume(throwing: CancellationError()) }

    /// - Returns: nil if another has taken it already.
    private func remove(_ id: UInt64) -> Waiter? {
        state.withLock { state in
            guard let index = state.waiters.firstIndex(where: { $0.id == id }) else { return nil }
            return state.waiters.remove(at: index)
        }
    }
}
