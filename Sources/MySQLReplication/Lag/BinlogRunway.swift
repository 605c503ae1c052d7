import MySQLProtocol

/// How long the host will keep the binlogs that a pipeline still needs: what it is set to keep, unless it has been seen
/// to keep less.
///
/// Pure: times are seconds since 1970.
struct BinlogRunway: Sendable {
    /// When the host was first seen to have executed this much.
    private struct Sighting {
        var executed: GTIDSet
        var at: Double
    }

    private static let sightingsMax = 512
    private static let sightingInterval = 10.0

    /// What the host is set to keep, in seconds; nil where it never purges by itself.
    var retention: Double?
    private var sightings: [Sighting] = []
    private var purged = GTIDSet()
    private var isFirst = true
    /// The last purge left less than the retention: this many seconds of binlogs, at that time.
    private var early: (seconds: Double, at: Double)?

    mutating func sighted(executed: GTIDSet, purged: GTIDSet, at now: Double) {
        if !isFirst, purged != self.purged, let newest = sightings.last(where: { purged.isSuperset(of: $0.executed) }) {
            // Everything that the host had executed by then is gone.
            let kept = max(0, now - newest.at)
            early = kept < (retention ?? .infinity) * 0.9 ? (kept, now) : nil
            sightings.removeAll { $0.at <= newest.at }
        }
        if isFirst {
            // Its age is unknown.
            sightings = [Sighting(executed: executed, at: -.infinity)]
        } else if let last = sightings.last {
            if executed != last.executed, now - last.at >= Self.sightingInterval {
                sightings.append(Sighting(executed: executed, at: now))
            }
        } else {
            sightings.append(Sighting(executed: executed, at: now))
        }
        self.purged = purged
        isFirst = false
        if sightings.count > Self.sightingsMax {
            sightings = sightings.enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
        }
    }

    mutating func hostChanged() { self = BinlogRunway() }

    /// Seconds until binlogs that are needed from `applied` on are purged; 0 if some are gone; infinite where nothing
    /// purges.
    func seconds(applied: GTIDSet, lag: Double, at now: Double) -> Double {
        guard applied.isSuperset(of: purged) else { return 0 }
        var kept = retention ?? .infinity
        // Whoever purges early on a schedule does so again before this much has accumulated; else it happened once.
        if let early, now - early.at <= max(early.seconds, 60) { kept = min(kept, early.seconds) }
        return max(0, kept - lag)
    }
}
