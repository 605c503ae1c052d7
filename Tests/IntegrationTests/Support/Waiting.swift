/// Something that a test waited for did not come about in time.
struct Overdue: Error, CustomStringConvertible {
    let description: String
}

/// Waits until a condition holds.
///
/// - Throws: ``Overdue`` after `timeout`; whatever the condition throws, immediately.
func eventually(
    _ what: String,
    within timeout: Duration = .seconds(60),
    every pause: Duration = .milliseconds(50),
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + timeout
    while try await !condition() {
        guard .now < deadline else { throw Overdue(description: "not within \(timeout): \(what)") }
        try await Task.sleep(for: pause)
    }
}
