/// What comparing a table, or a span of it, has shown: one row of `leat.verifications`.
package struct VerificationRecord: Sendable, Hashable {
    /// What a comparison came to, as `leat.verifications.result` holds it.
    package enum Result: String, Sendable {
        case equal
        case different
        /// It could not be compared.
        case failed
    }

    /// One thing in which the two sides differ. Without key, or without column, these are empty.
    package struct Difference: Sendable, Hashable {
        package var key: String
        package var column: String
        package var kind: String

        package init(key: String, column: String, kind: String) {
            self.key = key
            self.column = column
            self.kind = kind
        }
    }

    package var table: String
    /// The comparison of which this is a span.
    package var run: String
    package var occasion: VerificationHistory.Occasion
    /// The key after which the span begins; empty for the first.
    package var beginsBehind = ""
    /// The span's last key; empty for the last span.
    package var endsAt = ""
    package var isLast = true
    package var result: Result
    /// Why it failed.
    package var cause = ""
    package var sourceRows: UInt64 = 0
    package var warehouseRows: UInt64 = 0
    /// Rows that were written to whenever they were compared.
    package var unsettledRows: UInt64 = 0
    package var differences: [Difference] = []
    /// There are more than ``differences``.
    package var hasMoreDifferences = false
    /// Seconds that the source was busy.
    package var sourceSeconds: Double = 0
    /// Seconds that it took.
    package var seconds: Double = 0
    /// How long ago it ended.
    package var age = Duration.zero

    package init(table: String, run: String, occasion: VerificationHistory.Occasion, result: Result) {
        self.table = table
        self.run = run
        self.occasion = occasion
        self.result = result
    }
}
