import LeatState

/// What the checksum of one table must be, as the batches have changed it, and what the warehouse shows.
///
/// Batches are written concurrently, and continue to be written while the warehouse sums up. So what it shows need not
/// be the state after any one batch; it is the state after the acknowledged ones, with some of those in flight. All of
/// these sums are tried. That two of them are equal by chance is as likely as a collision of 64 bits.
///
/// Pure: no clocks, no servers.
struct ChecksumLedger: Sendable, Hashable {
    /// What one batch did to the table.
    typealias Entry = ChecksumEntry

    /// The checksum of all batches up to a number.
    typealias Base = ChecksumBase

    enum Verdict: Sendable, Hashable {
        /// There is nothing yet to compare with, or too much was in flight.
        case unknown
        case equal
        case different
    }

    /// What the table's checksum may have been after one and the same batch: more than one while it is being begun
    /// under writes. Empty if it has not begun.
    private(set) var bases: [Base] = []

    /// Batches in flight of which any may be visible and any not; those before them are taken to be.
    private static let unorderedMax = 6
    /// Batches in flight altogether.
    private static let underWayMax = 400

    init(base: Base? = nil) { bases = base.map { [$0] } ?? [] }

    /// The batch after which the entries that a comparison needs begin.
    func start(acknowledged: UInt64) -> UInt64 { bases.first?.number ?? acknowledged }

    /// The one base that there is, to continue from it later.
    var settled: Base? { bases.count == 1 ? bases.first : nil }

    /// Forgets what was: the table is taken as it is from here on.
    mutating func restart() { bases = [] }

    /// - Parameters:
    ///   - shown: what the warehouse has shown.
    ///   - acknowledged: all batches up to this number were in the warehouse before it was asked.
    ///   - entries: of all batches after ``start(acknowledged:)`` that had been claimed by the time it answered, by
    ///     rising number.
    mutating func compare(_ shown: RowsChecksum, acknowledged: UInt64, entries: [Entry]) -> Verdict {
        // The log was begun again.
        if let base = bases.first, base.number > acknowledged { bases = [] }
        let underWay = entries.filter { $0.number > acknowledged }
        guard underWay.count <= Self.underWayMax, let ahead = Self.sums(of: underWay) else {
            // A copy or a repair is in progress.
            if underWay.contains(where: { $0.change == nil }) { bases = [] }
            return .unknown
        }
        let settledEntries = entries.filter { $0.number <= acknowledged }
        if settledEntries.contains(where: { $0.change == nil }) {
            // What was read at the source shows more than the stream had brought: it is begun at the next look.
            bases = []
            return .unknown
        }
        guard let number = bases.first?.number else {
            bases = Set(ahead.map { Base(number: acknowledged, checksum: shown - $0) }).sorted {
                ($0.checksum.sum, $0.checksum.rows) < ($1.checksum.sum, $1.checksum.rows)
            }
            return .unknown
        }
        let change = settledEntries.filter { $0.number > number }.reduce(into: RowsChecksum()) { sum, entry in
            if let change = entry.change { sum += change }
        }
        bases = bases.map { Base(number: acknowledged, checksum: $0.checksum + change) }
        let fitting = bases.filter { ahead.contains(shown - $0.checksum) }
        guard !fitting.isEmpty else { return .different }
        bases = fitting
        return fitting.count == 1 ? .equal : .unknown
    }

    /// What batches in flight may have changed so far: the first few all, of the next few any, of the rest none.
    ///
    /// - Returns: nil if the change of one is not known.
    private static func sums(of entries: [Entry]) -> Set<RowsChecksum>? {
        var sums: Set<RowsChecksum> = []
        var first = RowsChecksum()
        for start in 0...entries.count {
            var some = [first]
            for entry in entries[start..<min(start + unorderedMax, entries.count)] {
                guard let change = entry.change else { return nil }
                some += some.map { $0 + change }
            }
            sums.formUnion(some)
            if start < entries.count, let change = entries[start].change { first += change }
        }
        return sums
    }
}
