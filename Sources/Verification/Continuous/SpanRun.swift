import LeatState

/// How far the comparison of one table has come.
actor SpanRun {
    let id: String
    private var above: String?
    private(set) var found: [String: Int]
    private(set) var unsettled: UInt64
    /// Stands for differences that are more than are recorded.
    static let unlisted = VerificationHistory.unlisted

    init(id: String, above: String?, found: [String: Int], unsettled: UInt64) {
        self.id = id
        self.above = above
        self.found = found
        self.unsettled = unsettled
    }

    /// - Returns: where the span began.
    func advance(_ outcome: SpanOutcome) -> String? {
        for difference in outcome.differences { found[difference.kind.rawValue, default: 0] += 1 }
        if outcome.hasMoreDifferences { found[Self.unlisted] = 1 }
        unsettled += outcome.unsettledRows
        defer { above = outcome.upper }
        return above
    }
}
