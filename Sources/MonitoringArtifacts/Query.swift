import Observability

/// A PromQL expression that is made of metric definitions, so that a metric that is renamed takes its queries along and
/// one that is gone does not compile.
///
///     "increase(\(LeatMetrics.errors.where("class", "stop"))[\(window: .minutes(15))]) > 0"
///
/// Nothing but Leat's own names is checked here; `promtool check rules` and a running Prometheus do the rest.
package struct Query: Sendable, Hashable, CustomStringConvertible {
    package private(set) var text: String
    /// Names of Leat's metrics and recorded series in it.
    package private(set) var metrics: Set<String>

    package var description: String { text }

    init(_ text: String, metrics: Set<String>) {
        self.text = text
        self.metrics = metrics
    }
}

extension Query: ExpressibleByStringInterpolation {
    package init(stringLiteral text: String) { self.init(text, metrics: []) }

    package init(stringInterpolation parts: Interpolation) {
        self.init(parts.text, metrics: parts.metrics)
    }

    /// Takes names and labels into a query only as definitions of metrics have them.
    package struct Interpolation: StringInterpolationProtocol {
        var text = ""
        var metrics: Set<String> = []

        package init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity + 64) }

        package mutating func appendLiteral(_ literal: String) { text += literal }

        package mutating func appendInterpolation(_ query: Query) {
            text += query.text
            metrics.formUnion(query.metrics)
        }

        package mutating func appendInterpolation(_ metric: MetricDefinition) { appendInterpolation(metric.query) }

        package mutating func appendInterpolation(_ number: Double) { text += Query.text(of: number) }

        /// A duration as PromQL writes it: `15m`.
        package mutating func appendInterpolation(window: Duration) { text += Query.text(of: window) }
    }

    /// `0.5`, `21600`: never `21600.0`.
    static func text(of number: Double) -> String {
        number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : String(number)
    }

    /// The largest unit that says it exactly: `6h`, `90s`.
    static func text(of duration: Duration) -> String {
        let seconds = duration.components.seconds
        for (unit, length) in [("d", 86_400), ("h", 3600), ("m", 60)] as [(String, Int64)]
        where seconds >= length && seconds % length == 0 {
            return "\(seconds / length)\(unit)"
        }
        return "\(seconds)s"
    }
}

extension MetricDefinition {
    /// All series of the metric.
    var query: Query { Query(name, metrics: [name]) }

    /// The series with this value of a label.
    ///
    /// - Precondition: the metric has the label; every rule and panel is made by tests.
    func `where`(_ label: String, _ value: String) -> Query {
        precondition(labels.contains(label), "\(name) has no label \(label)")
        return Query("\(name){\(label)=\"\(value)\"}", metrics: [name])
    }

    /// On a dashboard: the series of the sources that are chosen there, and with this value of another label.
    func chosen(_ label: String? = nil, _ value: String = "") -> Query { selected(name, label, value) }

    /// The buckets, the sum or the count of a histogram, of the chosen sources.
    func chosen(_ part: HistogramPart) -> Query {
        precondition(kind == .histogram, "\(name) is no histogram")
        return selected("\(name)_\(part.rawValue)", nil, "")
    }

    private func selected(_ series: String, _ label: String?, _ value: String) -> Query {
        var matchers: [String] = []
        if labels.contains("source") { matchers.append("source=~\"$source\"") }
        if let label {
            precondition(labels.contains(label), "\(name) has no label \(label)")
            matchers.append("\(label)=\"\(value)\"")
        }
        return Query(matchers.isEmpty ? series : "\(series){\(matchers.joined(separator: ","))}", metrics: [name])
    }
}

/// The series that a histogram consists of.
enum HistogramPart: String { case bucket, sum, count }

extension Duration {
    static func minutes(_ minutes: Int) -> Duration { .seconds(minutes * 60) }
    static func hours(_ hours: Int) -> Duration { .seconds(hours * 3600) }
    static func days(_ days: Int) -> Duration { .seconds(days * 86_400) }
}
