/// What comparing a table, or a span of it, has shown: one row of `leat.verifications`.
public struct VerificationRecord: Sendable, Hashable {
    public enum Result: String, Sendable {
        case equal
        case different
        /// It could not be compared.
        case failed
    }

    /// One thing in which the two sides differ. Without key, or without column, these are empty.
    public struct Difference: Sendable, Hashable {
        public var key: String
        public var column: String
        public var kind: String

        public init(key: String, column: String, kind: String) {
            self.key = key
            self.column = column
            self.kind = kind
        }
    }

    public var table: String
    /// The comparison of which this is a span.
    public var run: String
    public var occasion: VerificationHistory.Occasion
    /// The key after which the span begins; empty for the first.
    public var beginsBehind = ""
    /// The span's last key; empty for the last span.
    public var endsAt = ""
    public var isLast = true
    public var result: Result
    /// Why it failed.
    public var cause = ""
    public var sourceRows: UInt64 = 0
    public var warehouseRows: UInt64 = 0
    /// Rows that were written to whenever they were compared.
    public var unsettledRows: UInt64 = 0
    public var differences: [Difference] = []
    /// There are more than ``differences``.
    public var hasMoreDifferences = false
    /// Seconds that the source was busy.
    public var sourceSeconds: Double = 0
    /// Seconds that it took.
    public var seconds: Double = 0
    /// How long ago it ended.
    public var age = Duration.zero

    public init(table: String, run: String, occasion: VerificationHistory.Occasion, result: Result) {
        self.table = table
        self.run = run
        self.occasion = occasion
        self.result = result
    }
}
