/// A series that Prometheus computes from others, under a name of its own, so that several alerts and panels share it.
package struct RecordingRule: Sendable, Hashable {
    /// `level:metric:operation`, as Prometheus advises.
    package var name: String
    package var expression: Query

    /// The recorded series, to be used in other expressions. It stands for the metrics that it is computed from.
    var query: Query { Query(name, metrics: expression.metrics.union([name])) }
}
