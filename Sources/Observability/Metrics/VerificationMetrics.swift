/// What the comparison of both sides shows.
package final class VerificationMetrics: Sendable {
    static let definitions = [
        verifiedRows, verifiedTimestamp, verifiedEqual, differences, unsettledRows, sourceSeconds, failures, blocked,
        checksumTimestamp, checksumEqual,
    ]

    package static let verifiedRows = MetricDefinition(
        "leat_verified_rows_total",
        .counter,
        labels: ["source"],
        help: "Rows of the source that were compared with the warehouse."
    )
    package static let verifiedTimestamp = MetricDefinition(
        "leat_verified_timestamp_seconds",
        .gauge,
        unit: .seconds,
        labels: ["source", "table"],
        seriesMax: 20_000,
        help: "When the table was last compared as a whole, in seconds since 1970; when it was first seen, until then."
    )
    package static let verifiedEqual = MetricDefinition(
        "leat_verified_equal",
        .gauge,
        labels: ["source", "table"],
        seriesMax: 20_000,
        help: "1 if the last comparison of the table found both sides equal, else 0."
    )
    package static let differences = MetricDefinition(
        "leat_differences",
        .gauge,
        labels: ["source", "table", "class"],
        seriesMax: 40_000,
        help:
            "Known differences of the warehouse from the source, one for each row or each column of it, by class (missing, extra, stale, value, "
            + "duplicate, orphan, foreign, unlisted). 0 again once they are repaired."
    )
    package static let unsettledRows = MetricDefinition(
        "leat_unsettled_rows",
        .gauge,
        labels: ["source"],
        help: "Rows that were written to whenever the last comparison looked at them; the next one takes them up again."
    )
    package static let sourceSeconds = MetricDefinition(
        "leat_verification_source_seconds_total",
        .counter,
        unit: .seconds,
        labels: ["source"],
        help: "Time that the source spent on statements of the comparison."
    )
    package static let failures = MetricDefinition(
        "leat_verification_failures_total",
        .counter,
        labels: ["source"],
        help: "Comparisons of a table that could not be carried out."
    )

    package static let blocked = MetricDefinition(
        "leat_verification_blocked",
        .gauge,
        labels: ["source", "comparison"],
        help:
            "1 while no table of the source can be compared, whatever is tried, else 0; by what is compared (verification: rows "
            + "with the source, checksums: the stream's checksums with ClickHouse)."
    )

    package static let checksumTimestamp = MetricDefinition(
        "leat_checksum_timestamp_seconds",
        .gauge,
        unit: .seconds,
        labels: ["source", "table"],
        seriesMax: 20_000,
        help:
            "When what ClickHouse shows of the table was last compared with the checksum that the stream keeps, in seconds "
            + "since 1970."
    )
    package static let checksumEqual = MetricDefinition(
        "leat_checksum_equal",
        .gauge,
        labels: ["source", "table"],
        seriesMax: 20_000,
        help: "1 if ClickHouse then showed of the table what the stream had written, else 0."
    )

    package let verifiedRows: MetricFamily<Counter>
    package let verifiedTimestamp: MetricFamily<Gauge>
    package let verifiedEqual: MetricFamily<Gauge>
    package let differences: MetricFamily<Gauge>
    package let unsettledRows: MetricFamily<Gauge>
    package let sourceSeconds: MetricFamily<Counter>
    package let failures: MetricFamily<Counter>
    package let blocked: MetricFamily<Gauge>
    package let checksumTimestamp: MetricFamily<Gauge>
    package let checksumEqual: MetricFamily<Gauge>

    init(_ registry: MetricsRegistry) {
        verifiedRows = registry.register(Self.verifiedRows)
        verifiedTimestamp = registry.register(Self.verifiedTimestamp)
        verifiedEqual = registry.register(Self.verifiedEqual)
        differences = registry.register(Self.differences)
        unsettledRows = registry.register(Self.unsettledRows)
        sourceSeconds = registry.register(Self.sourceSeconds)
        failures = registry.register(Self.failures)
        blocked = registry.register(Self.blocked)
        checksumTimestamp = registry.register(Self.checksumTimestamp)
        checksumEqual = registry.register(Self.checksumEqual)
    }
}
