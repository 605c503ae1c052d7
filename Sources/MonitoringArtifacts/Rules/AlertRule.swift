/// An alert as data: what is measured, from where on it is bad, for how long it must be, and what one should know and
/// do then.
package struct AlertRule: Sendable, Hashable {
    /// Who has to do something, and when: the label `severity`.
    package enum Severity: String, Sendable, Hashable, CaseIterable {
        /// Someone should investigate today.
        case warning
        /// Data is late, wrong or about to be lost: now.
        case critical
    }

    /// How the value is compared with the threshold, as in PromQL.
    package enum Comparison: String, Sendable, Hashable {
        case above = ">"
        case below = "<"
        case equal = "=="
    }

    /// `LeatSourceDown`.
    package var name: String
    /// What is measured. It has a value as long as Leat runs, whether or not something is wrong.
    package var signal: Query
    package var comparison: Comparison
    package var threshold: Double
    /// What must hold as well, with its own comparison; its labels are the signal's.
    package var condition: Query?
    /// How long it must be so without a break.
    package var hold: Duration
    package var severity: Severity
    /// One line with the labels and the value, as Prometheus' templates.
    package var summary: String
    /// What it means and what it comes from.
    package var cause: String
    /// The command to begin with.
    package var remedy: String

    package init(
        _ name: String,
        _ severity: Severity,
        when signal: Query,
        _ comparison: Comparison,
        _ threshold: Double,
        and condition: Query? = nil,
        for hold: Duration = .zero,
        summary: String,
        cause: String,
        remedy: String
    ) {
        self.name = name
        self.severity = severity
        self.signal = signal
        self.comparison = comparison
        self.threshold = threshold
        self.condition = condition
        self.hold = hold
        self.summary = summary
        self.cause = cause
        self.remedy = remedy
    }

    /// The rule's expression: the series for which the alert is active.
    package var expression: Query {
        let compared: Query = "\(signal) \(Query(comparison.rawValue, metrics: [])) \(threshold)"
        return condition.map { "(\(compared)) and \($0)" } ?? compared
    }

    /// Where the alert is explained.
    package var runbook: String { "docs/operations.md#\(name.lowercased())" }
}
