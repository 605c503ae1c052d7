/// How the service-level objectives of `leat.yaml` are kept.
package final class ObjectiveMetrics: Sendable {
    static let definitions = [target, checks, met]

    package static let target = MetricDefinition(
        "leat_slo_target_ratio",
        .gauge,
        labels: ["source", "slo"],
        help: "The share of checks that the objective wants to be good, 0 to 1."
    )
    package static let checks = MetricDefinition(
        "leat_slo_checks_total",
        .counter,
        labels: ["source", "slo", "result"],
        help:
            "Checks of the objective, one a second or so, by result: good or bad. Their ratio is what burn rates are of."
    )
    package static let met = MetricDefinition(
        "leat_slo_met",
        .gauge,
        labels: ["source", "slo"],
        help: "1 if the last check of the objective was good, else 0."
    )

    package let target: MetricFamily<Gauge>
    package let checks: MetricFamily<Counter>
    package let met: MetricFamily<Gauge>

    init(_ registry: MetricsRegistry) {
        target = registry.register(Self.target)
        checks = registry.register(Self.checks)
        met = registry.register(Self.met)
    }
}
