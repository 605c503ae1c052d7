/// The kinds of metric that Leat exposes, as Prometheus names them in `# TYPE`.
package enum MetricKind: String, Sendable, Hashable, CaseIterable {
    case counter, gauge, histogram
}
