/// Metrics that a healthy platform of `leat up` does not show, and why. Everything else must have data on it.
enum AbsentMetrics {
    /// Not set by the code yet: to be empty. Prefixes of names.
    static let notSetYet = [
        "leat_verified_", "leat_verification_", "leat_unsettled_", "leat_slo_", "leat_mysql_", "leat_clickhouse_parts",
        "leat_clickhouse_merges", "leat_clickhouse_rejected", "leat_clickhouse_delayed", "leat_clickhouse_disk",
        "leat_local_", "leat:slo_burn:", "leat_snapshot_rows_expected",
    ]

    /// They come with a fault or with an option of leat.yaml.
    static let sometimes = [
        // A series for each table and class in which rows differ.
        "leat_differences",
        // With heartbeat: in leat.yaml.
        "leat_heartbeat_row_lag_seconds",
    ]

    static func excuse(_ metrics: Set<String>) -> Bool {
        metrics.contains { name in
            sometimes.contains(name) || notSetYet.contains { name.hasPrefix($0) }
        }
    }
}
