import ClickHouseClient

/// The view of the gaps of each device: where its next point comes later than one and a half times its usual distance,
/// which is the median of its own. A device that has fallen silent is seen against the newest point of all.
///
/// A device is identified by the tags that are named like one (``deviceTags``), since its others may change: a new
/// firmware is a new series, and no gap. Where no tag is named so, each series is a device.
struct GapView {
    let rollups: Rollups

    static let columnNames = [
        "gap_start", "gap_end", "missing_seconds", "missing_points", "expected_seconds", "is_open",
    ]

    private static let deviceNames: Set<String> = ["id", "device", "sensor", "meter", "machine", "host", "hostname"]

    /// The tags that identify devices: those called `id`, `device`, `sensor`, `meter`, `machine`, `host` or `hostname`,
    /// and those that end with `_id`; all if there is none.
    var deviceTags: [String] {
        let all = rollups.table.schema.allTags
        let named = all.filter { Self.deviceNames.contains($0.lowercased()) || $0.lowercased().hasSuffix("_id") }
        return named.isEmpty ? all : named
    }

    /// The point before the gap, with its tags, the point after it (NULL while there is none), the time without the
    /// points that should have been there, and how many those are.
    var create: String {
        let table = rollups.table
        let tags = table.schema.allTags
        let keys = SeriesTable.list(deviceTags)
        let partition = tags.isEmpty ? "" : "PARTITION BY \(keys) "
        let lead = tags.isEmpty ? "" : "\(SeriesTable.list(tags)), "
        let device = tags.isEmpty ? "" : "\(keys), "
        let steps = """
            SELECT \(lead)time AS gap_start, \
            leadInFrame(toNullable(time)) OVER (\(partition)ORDER BY time \
            ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING) AS gap_end
            FROM \(table.viewIdentifier)
            """
        func seconds(_ end: String) -> String {
            "(toUnixTimestamp64Nano(\(end)) - toUnixTimestamp64Nano(gap_start)) / 1e9"
        }
        let usual = """
            SELECT \(device)quantileTDigest(0.5)(\(seconds("assumeNotNull(gap_end)"))) AS expected_seconds
            FROM (\(steps)) WHERE isNotNull(gap_end)\(tags.isEmpty ? "" : " GROUP BY \(keys)")
            """
        let join = tags.isEmpty ? "CROSS JOIN (\(usual)) AS usual" : "INNER JOIN (\(usual)) AS usual USING (\(keys))"
        return """
            CREATE OR REPLACE VIEW \(rollups.gapsIdentifier) AS
            WITH (SELECT max(time) FROM \(table.rawIdentifier)) AS newest,
            \(seconds("ifNull(gap_end, newest)")) AS distance
            SELECT \(lead)gap_start, gap_end, distance - expected_seconds AS missing_seconds,
            toUInt64(greatest(1, round(distance / expected_seconds) - 1)) AS missing_points,
            toFloat64(expected_seconds) AS expected_seconds, isNull(gap_end) AS is_open
            FROM (\(steps)) AS steps \(join)
            WHERE expected_seconds > 0 AND distance > 1.5 * expected_seconds
            COMMENT \(ClickHouseClient.quote(literal: rollups.mark))
            """
    }
}
