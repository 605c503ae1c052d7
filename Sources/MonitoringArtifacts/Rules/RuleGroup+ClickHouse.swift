import Observability

extension RuleGroup {
    /// Will ClickHouse continue taking rows?
    static func clickHouseRules(_ pace: RulePace) -> [AlertRule] {
        let free: Query = "\(ServerMetrics.clickHouseDiskFree) / \(ServerMetrics.clickHouseDiskSize)"
        let window = pace.window(.minutes(10))
        return [
            AlertRule(
                "LeatClickHousePartsMany",
                .warning,
                when: "\(ServerMetrics.clickHouseParts) / \(ServerMetrics.clickHousePartsMax)",
                .above,
                AlertThresholds.partsMax,
                for: pace.hold(.minutes(10)),
                summary: "ClickHouse has {{ $value | humanizePercentage }} of the parts at which it refuses inserts",
                cause:
                    "Merges do not keep up with inserts: too many small batches, a slow disk, or merges were stopped.",
                remedy: "leat doctor   (then raise batches.interval in leat.yaml, or SYSTEM START MERGES)"
            ),
            AlertRule(
                "LeatClickHouseInsertsRejected",
                .critical,
                when: "increase(\(ServerMetrics.clickHouseRejectedInserts)[\(window: window)])",
                .above,
                0,
                summary: "ClickHouse has refused {{ $value | humanize }} inserts: too many parts",
                cause:
                    "A table has parts_to_throw_insert parts in a partition. Leat repeats its batches; they arrive once "
                    + "merges have caught up.",
                remedy: "leat doctor   (then SYSTEM START MERGES, or raise batches.interval in leat.yaml)"
            ),
            AlertRule(
                "LeatClickHouseInsertsDelayed",
                .warning,
                when: "increase(\(ServerMetrics.clickHouseDelayedInserts)[\(window: window)])",
                .above,
                0,
                for: pace.hold(.minutes(5)),
                summary: "ClickHouse has slowed down {{ $value | humanize }} inserts: many parts",
                cause: "A table has parts_to_delay_insert parts in a partition: merges do not keep up.",
                remedy: "leat doctor"
            ),
            AlertRule(
                "LeatClickHouseDiskLow",
                .warning,
                when: free,
                .below,
                AlertThresholds.diskFreeWarning,
                for: pace.hold(.minutes(5)),
                summary: "ClickHouse's disk {{ $labels.disk }} has {{ $value | humanizePercentage }} free",
                cause: "Merges need room for the parts that they write; without it inserts fail next.",
                remedy:
                    "clickhouse-client -q 'SELECT database, table, formatReadableSize(sum(bytes_on_disk)) FROM system.parts "
                    + "WHERE active GROUP BY ALL ORDER BY sum(bytes_on_disk) DESC LIMIT 20'"
            ),
            AlertRule(
                "LeatClickHouseDiskFull",
                .critical,
                when: free,
                .below,
                AlertThresholds.diskFreeCritical,
                for: pace.hold(.minutes(1)),
                summary: "ClickHouse's disk {{ $labels.disk }} has {{ $value | humanizePercentage }} free",
                cause:
                    "As LeatClickHouseDiskLow, and inserts fail at any moment. Leat waits then and loses nothing as long as "
                    + "the source keeps its binlogs.",
                remedy:
                    "clickhouse-client -q 'SELECT database, table, formatReadableSize(sum(bytes_on_disk)) FROM system.parts "
                    + "WHERE active GROUP BY ALL ORDER BY sum(bytes_on_disk) DESC LIMIT 20'"
            ),
        ]
    }
}
