/// By how much a counter grew within a time that ends now; remembers at most about sixty of its values.
struct CountWindow {
    private static let samplesMax = 60.0
    private var samples: [(time: Double, count: UInt64)] = []
    private var begin: Double?

    /// - Parameters:
    ///   - count: the counter's value.
    ///   - now: seconds of a clock that never goes back.
    ///   - window: seconds.
    /// - Returns: the growth within the window, to a sixtieth of its length.
    mutating func add(_ count: UInt64, at now: Double, window: Double) -> UInt64 {
        begin = begin ?? now
        // The counter may begin again: a table that was dropped and made again.
        if let last = samples.last, count < last.count { samples.removeAll() }
        if let last = samples.last, now - last.time < window / Self.samplesMax {
            // The same sixtieth: its first value counts.
        } else {
            samples.append((now, count))
        }
        // The newest of those that are older than the window is where it begins.
        while samples.count > 1, samples[1].time <= now - window { samples.removeFirst() }
        return count - (samples.first?.count ?? count)
    }

    /// Whether the counter has been watched for the whole of the window.
    func covers(_ window: Double, at now: Double) -> Bool { begin.map { now - $0 >= window } ?? false }
}
