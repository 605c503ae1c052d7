import MySQLProtocol

/// How far the warehouse is behind one host: needs no right to write. The host is asked again and again what it has
/// executed; once all of that is applied, everything that was committed until it was asked is in the warehouse.
///
/// Pure: times are seconds since 1970, of this machine's clock.
struct SourceFreshness: Sendable {
    /// What the host had executed, from the first to the last time that it was seen to be so.
    private struct Sighting {
        var executed: GTIDSet
        var until: Double
    }

    /// Knowledge younger than this counts as the present: the host is asked more often.
    static let presentSeconds = 2.0
    /// More are thinned out: only how exact a long lag is depends on it.
    private static let sightingsMax = 256

    /// Not applied yet, oldest first.
    private var sightings: [Sighting] = []
    /// Between two of them, once there are many.
    private var spacing = 0.0
    /// Everything that was committed until then is in the warehouse.
    private(set) var completeAt: Double

    init(completeAt: Double) { self.completeAt = completeAt }

    /// The host was asked, and had executed this.
    mutating func sighted(_ executed: GTIDSet, applied: GTIDSet, at time: Double) {
        if let last = sightings.indices.last, sightings[last].executed == executed {
            sightings[last].until = time
        } else if sightings.count > 1, time - sightings[sightings.count - 2].until < spacing {
            sightings[sightings.count - 1] = Sighting(executed: executed, until: time)
        } else {
            sightings.append(Sighting(executed: executed, until: time))
        }
        if sightings.count > Self.sightingsMax {
            // The first is needed next, and the last says whether all is there.
            let last = sightings.count - 1
            sightings = sightings.enumerated().filter { $0.offset % 2 == 0 || $0.offset == last }.map(\.element)
            spacing = max(1, spacing * 2)
        }
        update(applied: applied)
    }

    /// More may have been applied since the host was asked.
    mutating func update(applied: GTIDSet) {
        while let first = sightings.first, applied.isSuperset(of: first.executed) {
            completeAt = max(completeAt, first.until)
            sightings.removeFirst()
        }
        if sightings.isEmpty { spacing = 0 }
    }

    /// A transaction that the host committed at `time` is in the warehouse, and all before it.
    ///
    /// - Parameter now: a source's clock that is fast must not make the warehouse look newer than it can be.
    mutating func applied(committedAt time: Double, now: Double) {
        completeAt = max(completeAt, min(time, now))
    }

    /// Another host is asked from now on: it may never have what the last one had executed.
    mutating func hostChanged() { sightings = [] }

    /// Seconds by which the warehouse is late; 0 while the host is known to have nothing more. Rises while that is not
    /// known: the host does not answer, or nothing comes from it.
    func lag(at now: Double) -> Double {
        let age = max(0, now - completeAt)
        return sightings.isEmpty && age <= Self.presentSeconds ? 0 : age
    }
}
