/// One series of a metric: made once, held, and changed without any look-up.
package protocol MetricHandle: AnyObject, Sendable {
    init(_ definition: MetricDefinition)
    /// Appends the series in Prometheus' text format. `labels` is `a="b",c="d"`, or empty.
    func write(_ definition: MetricDefinition, labels: String, to text: inout String)
}
