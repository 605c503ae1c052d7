/// Cuts a table into spans that the source sums up in about the time that a statement may take: learns from each how
/// many rows that is.
struct SpanPlanner: Sendable {
    private static let rowsMin = 1_000
    private static let rowsMax = 1_000_000
    private static let slicesMax = 64

    /// Rows of the next span.
    private(set) var rows: Int
    private let target: Duration
    private var secondsPerRow: Double?

    /// - Parameters:
    ///   - rows: of the first span; little is known about the source yet.
    ///   - target: time that a span may take.
    init(rows: Int = 50_000, target: Duration) {
        self.rows = rows
        self.target = target
    }

    /// Takes into account how long a span has taken. One that was slower than all before it counts immediately, faster
    /// ones gradually.
    mutating func observe(rows count: UInt64, took duration: Duration) {
        guard count >= Self.rowsMin / 10 else { return }
        let seconds = duration / .seconds(1) / Double(count)
        let known = secondsPerRow ?? seconds
        let mean = seconds > known ? seconds : 0.7 * known + 0.3 * seconds
        secondsPerRow = mean
        let wanted = mean > 0 ? target / .seconds(1) / mean : Double(Self.rowsMax)
        rows = Int(min(max(wanted, Double(Self.rowsMin)), Double(Self.rowsMax)))
    }

    /// In how many slices a table is compared that cannot be cut into ranges. Each slice makes the source read all
    /// keys, so there are few.
    static func slices(rows: UInt64?) -> Int { Int(min(UInt64(slicesMax), max(1, (rows ?? 0) / 200_000))) }
}
