/// A set of transactions, as in `gtid_executed`: what a server has, what a replica has applied.
///
/// Text, equality and set operations follow MySQL's own (`GTID_SUBSET`, `GTID_SUBTRACT`), tags of MySQL 8.3 included:
/// https://dev.mysql.com/doc/refman/8.4/en/replication-gtids-concepts.html
public struct GTIDSet: Sendable, Hashable, CustomStringConvertible {
    private(set) var intervals: [GTIDSource: GTIDIntervals] = [:]

    public init() {}

    public var isEmpty: Bool { intervals.isEmpty }

    /// How many transactions. Saturates at `UInt64.max`.
    public var transactionCount: UInt64 {
        intervals.values.reduce(0) { sum, ranges in
            let (total, overflow) = sum.addingReportingOverflow(ranges.count)
            return overflow ? .max : total
        }
    }

    /// The sources that the set has transactions of, in MySQL's order.
    public var sources: [GTIDSource] { intervals.keys.sorted() }

    /// Adds one transaction; constant time where it is the next of its source.
    public mutating func insert(_ gtid: GTID) {
        intervals[gtid.source, default: GTIDIntervals()].insert(gtid.sequence...gtid.sequence)
    }

    /// Adds one transaction, and forgets the oldest of its source where there would be more intervals than twice
    /// `count`.
    public mutating func insert(_ gtid: GTID, keepingNewest count: Int) {
        insert(gtid)
        intervals[gtid.source]?.keepNewest(count)
    }

    mutating func insert(_ range: ClosedRange<Int64>, of source: GTIDSource) {
        intervals[source, default: GTIDIntervals()].insert(range)
    }

    public mutating func formUnion(_ other: GTIDSet) {
        for (source, ranges) in other.intervals {
            if intervals[source] == nil {
                intervals[source] = ranges
            } else {
                for range in ranges.ranges { insert(range, of: source) }
            }
        }
    }

    public func union(_ other: GTIDSet) -> GTIDSet {
        var result = self
        result.formUnion(other)
        return result
    }

    public mutating func subtract(_ other: GTIDSet) {
        for (source, removed) in other.intervals {
            guard var ranges = intervals[source] else { continue }
            for range in removed.ranges { ranges.remove(range) }
            intervals[source] = ranges.isEmpty ? nil : ranges
        }
    }

    mutating func removeAll(of source: GTIDSource) { intervals[source] = nil }

    /// What this set has and `other` lacks: `GTID_SUBTRACT(self, other)`.
    public func subtracting(_ other: GTIDSet) -> GTIDSet {
        var result = self
        result.subtract(other)
        return result
    }

    public func intersection(_ other: GTIDSet) -> GTIDSet { subtracting(subtracting(other)) }

    public func contains(_ gtid: GTID) -> Bool { intervals[gtid.source]?.contains(gtid.sequence) ?? false }

    /// Whether everything in `other` is here: `GTID_SUBSET(other, self)`.
    public func isSuperset(of other: GTIDSet) -> Bool {
        other.intervals.allSatisfy { source, ranges in intervals[source]?.isSuperset(of: ranges) ?? false }
    }
}
