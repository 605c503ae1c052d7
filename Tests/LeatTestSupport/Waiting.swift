/// Something that a test waited for did not come about in time.
package struct Overdue: Error, CustomStringConvertible {
    package let description: String

    package init(description: String) { self.description = description }
}

/// Waits until a condition holds.
///
/// - Throws: ``Overdue`` after `timeout`; whatever the condition throws, immediately.
package func eventually(
    _ what: String,
    within timeout: Duration = .seconds(60),
    every pause: Duration = .milliseconds(50),
    _ condition: () async throws -> Bool
) async throws {
    guard try await eventually(within: timeout, every: pause, condition) else {
        throw Overdue(description: "not within \(timeout): \(what)")
    }
}

/// Waits until a condition holds, for tests that have something to say when it does not.
///
/// - Returns: whether it held before the end of `timeout`.
package func eventually(
    within timeout: Duration = .seconds(60),
    every pause: Duration = .milliseconds(50),
    _ condition: () async throws -> Bool
) async throws -> Bool {
    let deadline = ContinuousClock.now + timeout
    while try await !condition() {
        guard .now < deadline else { return false }
        try await Task.sleep(for: pause)
    }
    return true
}
