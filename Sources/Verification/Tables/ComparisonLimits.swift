/// How far the comparison of a table goes, and how fast.
struct ComparisonLimits: Sendable, Hashable {
    /// Differences listed of a table.
    var differencesMax = 20
    /// How often rows that are being written to are checked.
    var attemptsMax = 10
    /// Time that one statement is to take at the source; spans are cut so.
    var statement: Duration = .milliseconds(500)
    /// Spans that are compared together: fewer waits for the warehouse, and more that changes meanwhile.
    var spansAtOnce = 1
    /// How long a source host may take to show what the warehouse holds already.
    var sourceWaitMax: Duration = .seconds(30)
    /// Only rows that meet this condition, which both servers understand.
    var filter: String?
}
