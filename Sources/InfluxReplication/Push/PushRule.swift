import LeatState

/// Which pushed points may be written from their push, and which only say that their window has to be read.
///
/// A push is a hint: InfluxDB 1.x also pushes what it has refused (points older than the retention, series beyond
/// `max-series-per-database` or `max-values-per-tag`, points whose write failed). So only points are written from their
/// push that a read confirms before long anyway, and whose refusal that read takes back: those within the look-back.
/// The source has no retention below an hour, so what is younger than ``shortestRetention`` was not refused as too old,
/// whatever the retention was changed to. All others are held: the read of their window writes them, if the source has
/// them.
struct PushRule: Sendable, Hashable {
    /// Nanoseconds: InfluxDB's shortest retention (`MinRetentionPolicyDuration`, one hour) less what the clocks may
    /// differ by.
    static let shortestRetention: Int64 = 45 * 60_000_000_000
    /// What is dated further in the future is not compared until its time has come, or by the sweep.
    static let futureMax: Int64 = 600_000_000_000

    /// Points older than this are held, in nanoseconds.
    private let ageMax: Int64

    init(lookback: Int64, ageMax: Int64 = PushRule.shortestRetention) { self.ageMax = min(lookback, ageMax) }

    /// Whether a point of this time is written from its push at `now`; nanoseconds since 1970.
    func allows(_ time: Int64, at now: Int64) -> Bool {
        time >= now.addingClamped(-ageMax) && time <= now.addingClamped(Self.futureMax)
    }
}
