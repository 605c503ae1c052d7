import ClickHouseClient
import Observability

/// Asks ClickHouse how near it is to refusing inserts: parts, merges, disks.
struct ClickHouseWatch: Sendable {
    let client: ClickHouseClient
    let metrics: ServerMetrics

    /// Rows of kind, name and value. Leat's own tables are those that say so in their comment.
    private static let query = """
        SELECT 'parts', '', toString(max(parts)) FROM (
            SELECT count() AS parts FROM system.parts
            WHERE active AND (database, table) IN (
                SELECT database, name FROM system.tables WHERE startsWith(comment, 'leat:')
            )
            GROUP BY database, table, partition_id
        )
        UNION ALL SELECT 'partsMax', '', value FROM system.merge_tree_settings WHERE name = 'parts_to_throw_insert'
        UNION ALL SELECT 'merges', '', toString(value) FROM system.metrics WHERE metric = 'Merge'
        UNION ALL SELECT 'event', event, toString(value) FROM system.events
            WHERE event IN ('RejectedInserts', 'DelayedInserts')
        UNION ALL SELECT 'free', name, toString(free_space) FROM system.disks
        UNION ALL SELECT 'size', name, toString(total_space) FROM system.disks
        UNION ALL SELECT 'uptime', '', toString(uptime())
        """

    func run() async {
        var disks: Set<String> = []
        var uptime: UInt64 = 0
        showUnknown(&disks)
        while !Task.isCancelled {
            do {
                try await look(&disks, &uptime)
            } catch {
                if Task.isCancelled { break }
                // That it is down is for leat_warehouse_up to say.
                showUnknown(&disks)
            }
            try? await Task.sleep(for: ServerWatch.interval)
        }
    }

    private func look(_ disks: inout Set<String>, _ lastUptime: inout UInt64) async throws {
        // Not in the server's log of queries, which people read.
        let rows = try await client.rows(
            Self.query,
            settings: ["log_queries": "0"],
            timeout: ServerWatch.answerTimeout,
            retry: .none
        )
        // An event that has not happened yet has no row.
        var events: [String: UInt64] = ["RejectedInserts": 0, "DelayedInserts": 0]
        var uptime = lastUptime
        var seen: Set<String> = []
        for row in rows where row.count == 3 {
            guard let kind = row[0], let name = row[1], let text = row[2], let value = Double(text) else { continue }
            switch kind {
            case "parts": metrics.clickHouseParts.only.set(value)
            case "partsMax": metrics.clickHousePartsMax.only.set(value)
            case "merges": metrics.clickHouseMerges.only.set(value)
            case "event": events[name] = UInt64(text) ?? 0
            case "free": metrics.clickHouseDiskFree.with(name).set(value)
            case "size":
                metrics.clickHouseDiskSize.with(name).set(value)
                seen.insert(name)
            case "uptime": uptime = UInt64(text) ?? 0
            default: break
            }
        }
        for gone in disks.subtracting(seen) { remove(disk: gone) }
        disks = seen
        let hasRestarted = uptime < lastUptime
        lastUptime = uptime
        count(events["RejectedInserts"] ?? 0, metrics.clickHouseRejectedInserts.only, hasRestarted)
        count(events["DelayedInserts"] ?? 0, metrics.clickHouseDelayedInserts.only, hasRestarted)
    }

    /// The server's own count, which only its restart makes smaller.
    private func count(_ events: UInt64, _ counter: Counter, _ hasRestarted: Bool) {
        counter.set(hasRestarted ? events : max(events, counter.value))
    }

    private func showUnknown(_ disks: inout Set<String>) {
        metrics.clickHouseParts.only.set(.nan)
        metrics.clickHousePartsMax.only.set(.nan)
        metrics.clickHouseMerges.only.set(.nan)
        for disk in disks { remove(disk: disk) }
        disks = []
    }

    private func remove(disk: String) {
        metrics.clickHouseDiskFree.remove([disk])
        metrics.clickHouseDiskSize.remove([disk])
    }
}
