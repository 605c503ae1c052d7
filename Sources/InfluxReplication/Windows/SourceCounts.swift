/// The most values that each field was seen to have at the source, in each window of the unconfirmed span.
///
/// Above ``WindowBook/confirmed``, a window with more values in the warehouse than at the source has two explanations:
/// the source refused what it had pushed, or points were deleted at the source. Where the source itself has had more
/// values than it has now, something was deleted.
struct SourceCounts: Sendable, Hashable {
    private var most: [Int64: [String: UInt64]] = [:]

    /// - Parameter start: windows before it are forgotten, since they are confirmed.
    mutating func note(_ comparison: CountComparison, from start: Int64) {
        most = most.filter { $0.key >= start }
        for (window, counts) in comparison.source where window >= start {
            let seen = Dictionary(zip(comparison.fields, counts)) { first, _ in first }
            most[window, default: [:]].merge(seen) { max($0, $1) }
        }
    }

    /// Whether the source has fewer values of a field in this window than it had at some time.
    func hasFewer(_ comparison: CountComparison, in window: Int64) -> Bool {
        guard let seen = most[window] else { return false }
        let counts = comparison.source[window]
        return comparison.fields.enumerated().contains { place, field in
            (counts?[place] ?? 0) < (seen[field] ?? 0)
        }
    }
}
