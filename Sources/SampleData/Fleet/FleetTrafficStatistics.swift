/// What traffic of a fleet has sent so far, as far as the server has taken it.
package struct FleetTrafficStatistics: Sendable, Equatable {
    /// Points sent for the first time.
    package var points = 0
    /// Of these, how many came more than a second after they were made.
    package var late = 0
    /// Points sent again as they were.
    package var repeated = 0
    /// Points sent again with other values.
    package var corrected = 0
    /// Attempts that failed and were made again.
    package var retried = 0
    /// Since traffic began.
    package var elapsed: Duration = .zero
    /// Lines per second over the last interval of reporting.
    package var linesPerSecond = 0.0

    /// All lines.
    package var lines: Int { points + repeated + corrected }

    mutating func add(_ other: FleetTrafficStatistics) {
        points += other.points
        late += other.late
        repeated += other.repeated
        corrected += other.corrected
        retried += other.retried
    }
}
