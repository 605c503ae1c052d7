/// What the comparison of both sides shows.
public final class VerificationMetrics: Sendable {
    static let definitions = [
        verifiedRows, verifiedTimestamp, verifiedEqual, differences, unsettledRows, sourceSeconds, failures, blocked,
        checksumTimestamp, checksumEqual,
    ]

    public static let verifiedRows = MetricDefinition(
        "leat_verified_rows_total",
        .counter,
        labels: ["source"],
        help: "Rows of the source that were compared with the warehouse."
    )
    public static let verifiedTimestamp = MetricDefinition(
        "leat_verified_timestamp_seconds",
        .gauge,
        unit: .seconds,
        labels: ["source", "table"],
        seriesMax: 20_000,
        help: "When the table was last compared as a whole, in seconds since 1970; when it was first seen, until then."
    )
    public static let verifiedEqual = MetricDefinition(
        "leat_verified_equal",
        .gauge,
        labels: ["source", "table"],
        seriesMax: 20_000,
        help: "1 if the last comparison of the table found both sides equal, else 0."
    )
    public static let differences = MetricDefinition(
        "leat_differences",
        .gauge,
        labels: ["source", "table", "class"],
        seriesMax: 40_000,
        help:
            "Known differences of the warehouse from the source, one for each row or each column of it, by class (missing, extra, stale, value, "
            + "duplicate, orphan, foreign, unlisted). 0 again once they are repaired."
    )
    public static let unsettledRows = MetricDefinition(
        "leat_unsettled_rows",
        .gauge,
        labels: ["source"],
        help: "Rows that were written to whenever the last comparison looked at them; the next one takes them up again."
    )
    public static let sourceSeconds = MetricDefinition(
        "leat_verification_source_seconds_total",
        .counter,
        unit: .seconds,
        labels: ["source"],
        help: "Time that the source spent on statements of the comparison."
    )
    public static let failures = MetricDefinition(
        "leat_verification_failures_total",
        .counter,
        labels: ["source"],
        help: "Comparisons of a table that could not be carried out."
    )

    public static let blocked = MetricDefinition(
        "leat_verification_blocked",
        .gauge,
        labels: ["source", "comparison"],
        help:
            "1 while no table of the source can be compared, whatever is tried, else 0; by what is compared (verification: rows "
            + "with the source, checksums: the stream's checksums with ClickHouse)."
    )

    public static let checksumTimestamp = MetricDefinition(
        "leat_checksum_timestamp_seconds",
        .gauge,
        unit: .seconds,
        labels: ["source", "table"],
        seriesMax: 20_000,
        help:
            "When what ClickHouse shows of the table was last compared with the checksum that the stream keeps, in seconds "
            + "since 1970."
    )
    public static let checksumEqual = MetricDefinition(
        "leat_checksum_equal",
        .gauge,
        labels: ["source", "table"],
        seriesMax: 20_000,
        help: "1 if ClickHouse then showed of the table what the stream had written, else 0."
    )

    public let verifiedRows: MetricFamily<Counter>
    public let verifiedTimestamp: MetricFamily<Gauge>
    public let verifiedEqual: MetricFamily<Gauge>
    public let differences: MetricFamily<Gauge>
    public let unsettledRows: MetricFamily<Gauge>
    public let sourceSeconds: MetricFamily<Counter>
    public let failures: MetricFamily<Counter>
    public let blocked: MetricFamily<Gauge>
    public let checksumTimestamp: MetricFamily<Gauge>
    public let checksumEqual: MetricFamily<Gauge>

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
