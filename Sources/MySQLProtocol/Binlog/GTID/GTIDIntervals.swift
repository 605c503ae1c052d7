/// The sequence numbers seen of one source: ordered closed intervals with a gap between any two.
struct GTIDIntervals: Hashable, Sendable {
    private(set) var ranges: [ClosedRange<Int64>] = []

    var isEmpty: Bool { ranges.isEmpty }

    /// How many numbers. Saturates.
    var count: UInt64 {
        ranges.reduce(0) { sum, range in
            let (total, overflow) = sum.addingReportingOverflow(UInt64(range.upperBound - range.lowerBound) + 1)
            return overflow ? .max : total
        }
    }

    /// Where the first range is that ends at or after `sequence`.
    private func index(reaching sequence: Int64) -> Int {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < sequence { low = middle + 1 } else { high = middle }
        }
        return low
    }

    func contains(_ sequence: Int64) -> Bool {
        let index = index(reaching: sequence)
        return index < ranges.count && ranges[index].lowerBound <= sequence
    }

    func contains(_ range: ClosedRange<Int64>) -> Bool {
        let index = index(reaching: range.lowerBound)
        guard index < ranges.count else { return false }
        return ranges[index].lowerBound <= range.lowerBound && range.upperBound <= ranges[index].upperBound
    }

    func isSuperset(of other: GTIDIntervals) -> Bool { other.ranges.allSatisfy { contains($0) } }

    mutating func insert(_ range: ClosedRange<Int64>) {
        // The common case: the next of the sequence.
        if let last = ranges.last, range.lowerBound == last.upperBound + 1 {
            ranges[ranges.count - 1] = last.lowerBound...range.upperBound
            return
        }
        // Touching neighbours merge; bounds are at least 1 and at most Int64.max - 1, so ±1 cannot overflow.
        let first = index(reaching: range.lowerBound - 1)
        var end = first
        var merged = range
        while end < ranges.count, ranges[end].lowerBound <= range.upperBound + 1 {
            merged =
                min(merged.lowerBound, ranges[end].lowerBound)...max(merged.upperBound, ranges[end].upperBound)
            end += 1
        }
        ranges.replaceSubrange(first..<end, with: CollectionOfOne(merged))
    }

    /// Forgets the lowest intervals once there are more than twice as many as are to be kept.
    mutating func keepNewest(_ count: Int) {
        if ranges.count > 2 * count { ranges.removeFirst(ranges.count - count) }
    }

    mutating func remove(_ range: ClosedRange<Int64>) {
        let first = index(reaching: range.lowerBound)
        var end = first
        var rest: [ClosedRange<Int64>] = []
        while end < ranges.count, ranges[end].lowerBound <= range.upperBound {
            let whole = ranges[end]
            if whole.lowerBound < range.lowerBound { rest.append(whole.lowerBound...(range.lowerBound - 1)) }
            if whole.upperBound > range.upperBound { rest.append((range.upperBound + 1)...whole.upperBound) }
            end += 1
        }
        ranges.replaceSubrange(first..<end, with: rest)
    }
}
