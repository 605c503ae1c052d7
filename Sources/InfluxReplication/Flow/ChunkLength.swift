import LeatState

/// How long a span to read next, so that each read has about as many points as wanted: measurements differ by orders of
/// magnitude, and so do their days and nights.
struct ChunkLength: Sendable {
    /// Nanoseconds.
    private(set) var nanoseconds: Int64
    private let window: Int64
    private let pointsWanted: UInt64

    private static let lengthMax: Int64 = 366 * 86_400 * 1_000_000_000

    init(window: Int64, initial: Int64 = 3_600_000_000_000, pointsWanted: UInt64 = 400_000) {
        self.window = window
        self.pointsWanted = pointsWanted
        nanoseconds = max(window, initial)
    }

    /// A span of `length` nanoseconds had this many points.
    mutating func sawPoints(_ points: UInt64, in length: Int64) {
        // Ends of what there is say nothing.
        guard length > 0, length <= Self.lengthMax else { return }
        let wanted = Double(length) * Double(pointsWanted) / Double(max(points, 1))
        let bounded = min(max(wanted, Double(length) / 8), Double(length) * 8)
        let limited = min(max(bounded, Double(window)), Double(Self.lengthMax))
        nanoseconds = Int64(limited).floored(to: window)
    }
}
