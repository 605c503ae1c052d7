/// A metric as data: what the code registers, and what rules, dashboards and documentation are generated from or held
/// against.
package struct MetricDefinition: Sendable, Hashable {
    /// Prometheus' base units, as the last word of a name (before `_total`).
    package enum Unit: String, Sendable, Hashable { case none, seconds, bytes }

    /// `leat_rows_total`. Counters end in `_total`; a unit stands in the name.
    package var name: String
    package var kind: MetricKind
    package var unit: Unit
    /// The labels' names, in the order in which values are given.
    package var labels: [String]
    package var help: String
    /// Upper bounds of a histogram's buckets, ascending, without +Inf; empty for other kinds.
    package var buckets: [Double]
    /// Series beyond this number are counted together under the label values `other`.
    package var seriesMax: Int

    package init(
        _ name: String,
        _ kind: MetricKind,
        unit: Unit = .none,
        labels: [String] = [],
        buckets: [Double] = [],
        seriesMax: Int = 1000,
        help: String
    ) {
        self.name = name
        self.kind = kind
        self.unit = unit
        self.labels = labels
        self.buckets = buckets
        self.seriesMax = seriesMax
        self.help = help
    }
}
