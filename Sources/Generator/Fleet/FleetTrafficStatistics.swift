/// What traffic of a fleet has sent so far, as far as the server has taken it.
public struct FleetTrafficStatistics: Sendable, Equatable {
    /// Points sent for the first time.
    public var points = 0
    /// Of these, how many came more than a second after they were made.
    public var late = 0
    /// Points sent again as they were.
    public var repeated = 0
    /// Points sent again with other values.
    public var corrected = 0
    /// Attempts that failed and were made again.
    public var retried = 0
    /// Since traffic began.
    public var elapsed: Duration = .zero
    /// Lines per second over the last interval of reporting.
    public var linesPerSecond = 0.0

    /// All lines.
    public var lines: Int { points + repeated + corrected }

    mutating func add(_ other: FleetTrafficStatistics) {
        points += other.points
        late += other.late
        repeated += other.repeated
        corrected += other.corrected
        retried += other.retried
    }
}
