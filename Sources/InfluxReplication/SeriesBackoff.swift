/// Waits that double from 100 ms to a limit, each a little random.
struct SeriesBackoff {
    private var attempt = 0
    private let milliseconds: Int

    init(limit: Duration = .seconds(10)) {
        milliseconds = max(100, Int(clamping: limit.components.seconds * 1000))
    }

    mutating func next() -> Duration {
        defer { attempt += 1 }
        let wait = min(milliseconds, 100 << min(attempt, 12))
        return .milliseconds(wait + Int.random(in: 0...wait / 4))
    }

    mutating func reset() { attempt = 0 }
}
