/// What comparing one table has shown.
package struct TableResult: Sendable, Hashable {
    /// `shop.orders`, as the source calls it.
    package var name: String
    /// Whether both sides hold the same rows: the same number, and the same sums over all columns.
    package var isEqual: Bool
    /// `nil` where the table could not be read.
    package var sourceRows: UInt64?
    package var warehouseRows: UInt64?
    /// The first differences, by key. Never empty for tables that differ, unless ``hasMoreDifferences``.
    package var differences: [Difference]
    /// There are more differences than are listed.
    package var hasMoreDifferences: Bool
    /// How many keys the warehouse shows more than once; `nil` where that was not checked. Zero for tables that are
    /// equal, since at the source a key has one row.
    package var duplicateKeys: UInt64?
    /// Rows that were written to whenever they were checked, so that nothing can be said of them. A table that has such
    /// rows does not count as equal.
    package var unsettledRows: UInt64 = 0
    /// Points that were deleted at the source and stay in the warehouse as configured: no difference, and not among
    /// ``warehouseRows``.
    package var keptRows: UInt64 = 0
    /// The spans of time in which points of a measurement differ, for repairing them; not part of the report.
    package var differentSpans: [Range<Int64>] = []
    /// When its comparison was over; a report is kept once all are.
    var endedAt: ContinuousClock.Instant?
    /// ``failure`` says of nothing else than ``unsettledRows``.
    var isOnlyUnsettled = false
    /// The rows behind ``differences``, for repairing them; not part of the report.
    package var differentRows: [DifferentRow] = []
    /// What was counted of which spans; `nil` where not all of the table was checked.
    var ledger: SpanLedger?
    /// Equal on both sides exactly if the rows are.
    package var sourceChecksum: String?
    package var warehouseChecksum: String?
    /// How long comparing took.
    package var seconds: Double
    /// Why the table could not be compared: cause and remedy. Then it does not count as equal.
    package var failure: String?

    package init(
        name: String,
        isEqual: Bool,
        sourceRows: UInt64? = nil,
        warehouseRows: UInt64? = nil,
        differences: [Difference] = [],
        hasMoreDifferences: Bool = false,
        duplicateKeys: UInt64? = nil,
        sourceChecksum: String? = nil,
        warehouseChecksum: String? = nil,
        seconds: Double = 0,
        failure: String? = nil
    ) {
        self.name = name
        self.isEqual = isEqual
        self.sourceRows = sourceRows
        self.warehouseRows = warehouseRows
        self.differences = differences
        self.hasMoreDifferences = hasMoreDifferences
        self.duplicateKeys = duplicateKeys
        self.sourceChecksum = sourceChecksum
        self.warehouseChecksum = warehouseChecksum
        self.seconds = seconds
        self.failure = failure
    }
}

extension TableResult {
    /// Whether something is known of it. What was found before a comparison failed is known.
    package var isCompared: Bool { failure == nil || !differences.isEmpty || hasMoreDifferences }
}

extension TableResult: Codable {
    private enum CodingKeys: String, CodingKey {
        case name, sourceRows, warehouseRows, differences, hasMoreDifferences, duplicateKeys, unsettledRows, keptRows
        case sourceChecksum, warehouseChecksum, seconds, failure
        case isEqual = "equal"
    }

    package func encode(to encoder: any Encoder) throws {
        // With their nulls: the keys are the same for every table.
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(isEqual, forKey: .isEqual)
        try container.encode(sourceRows, forKey: .sourceRows)
        try container.encode(warehouseRows, forKey: .warehouseRows)
        try container.encode(differences, forKey: .differences)
        try container.encode(hasMoreDifferences, forKey: .hasMoreDifferences)
        try container.encode(duplicateKeys, forKey: .duplicateKeys)
        try container.encode(unsettledRows, forKey: .unsettledRows)
        try container.encode(keptRows, forKey: .keptRows)
        try container.encode(sourceChecksum, forKey: .sourceChecksum)
        try container.encode(warehouseChecksum, forKey: .warehouseChecksum)
        try container.encode(seconds, forKey: .seconds)
        try container.encode(failure, forKey: .failure)
    }
}
