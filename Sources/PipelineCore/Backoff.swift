/// Waits that double from 100 ms to 10 s, each up to a quarter longer by chance, so that retries do not come together.
package struct Backoff: Sendable {
    private var attempt = 0

    package init() {}

    package mutating func next() -> Duration {
        defer { attempt += 1 }
        let milliseconds = min(10_000, 100 << min(attempt, 7))
        return .milliseconds(milliseconds + Int.random(in: 0...milliseconds / 4))
    }

    /// It worked: the next wait is short again.
    package mutating func reset() { attempt = 0 }
}
