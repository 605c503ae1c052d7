/// A moment by which something has to be done.
package struct Deadline: Sendable {
    package let instant: ContinuousClock.Instant

    package init(_ instant: ContinuousClock.Instant) { self.instant = instant }

    package init(after timeout: Duration) { instant = .now + timeout }

    /// Runs `operation`, and cancels it when the deadline passes or the task is cancelled; it must then end soon.
    ///
    /// - Parameter late: the error to throw once the deadline has passed; it gets what the operation then threw, if
    ///   anything,
    ///   which can say how far that was.
    package func run<Result: Sendable>(
        late: @Sendable (_ error: (any Error)?) -> any Error,
        operation: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { [instant] group in
            group.addTask { try await operation() }
            group.addTask {
                try? await ContinuousClock().sleep(until: instant)
                return nil
            }
            defer { group.cancelAll() }
            if let result = try await group.next() ?? nil { return result }
            // The deadline, or the caller's cancellation, came first.
            group.cancelAll()
            var failure: (any Error)?
            do {
                while let result = try await group.next() {
                    if let result { return result }
                }
            } catch {
                failure = error
            }
            throw Task.isCancelled ? failure ?? CancellationError() : late(failure)
        }
    }
}
