/// The series of a source of measurements that other sources do not have.
package struct MeasurementMetrics: Sendable {
    package let pushAge: Histogram
    package let pushesRefused: Counter
    package let subscribed: Gauge

    private let source: String
    private let metrics: LeatMetrics

    init(_ source: String, of metrics: LeatMetrics) {
        self.source = source
        self.metrics = metrics
        pushAge = metrics.pushAge.with(source)
        pushesRefused = metrics.pushesRefused.with(source)
        subscribed = metrics.subscribed.with(source)
    }

    /// - Parameter origin: `push`, `read` or `copy`.
    package func countPoints(_ points: Int, of table: String, origin: String) {
        metrics.points.with(source, table, origin).increment(by: points)
    }

    package func countWindows(_ windows: Int, different: Int, of table: String) {
        metrics.windowsCompared.with(source, table).increment(by: windows)
        metrics.windowsDifferent.with(source, table).increment(by: different)
    }
}

extension SourceMetrics {
    /// The series that only a source of measurements has. Make them once.
    package var measurements: MeasurementMetrics { MeasurementMetrics(name, of: metrics) }
}
