/// A span, and what is to be known of it before it is read.
struct PlannedSpan: Sendable, Hashable {
    var span: KeySpan
    /// Into how many parts its rows are summed up.
    var buckets: Int
    var isLast: Bool
}

/// What has been counted of a table so far, on both sides: each row in the moment in which it was settled.
struct SpanTally: Sendable, Hashable {
    var source = RowSums()
    var warehouse = RowSums()
    var unsettled: UInt64 = 0
    var duplicates: UInt64 = 0

    static func += (tally: inout SpanTally, other: SpanTally) {
        tally.source += other.source
        tally.warehouse += other.warehouse
        tally.unsettled += other.unsettled
        tally.duplicates += other.duplicates
    }
}

/// What comparing a table has shown of its spans, such that only those need to be compared again that were not equal.
struct SpanLedger: Sendable, Hashable {
    /// Spans that were compared together.
    struct Group: Sendable, Hashable {
        var spans: [PlannedSpan]
        var tally: SpanTally
    }

    /// Of all spans that are equal.
    var equal = SpanTally()
    /// With rows that differ, or of which nothing could be said.
    var unequal: [Group] = []

    var all: SpanTally { unequal.reduce(into: equal) { $0 += $1.tally } }

    mutating func enter(_ group: Group, isEqual: Bool) {
        if isEqual { equal += group.tally } else { unequal.append(group) }
    }
}
