import ClickHouseClient
import Foundation
import LeatConfig
import PipelineCore
import Warehouse

/// Checks ClickHouse.
struct WarehouseExaminer {
    let client: ClickHouseClient
    let configuration: LeatConfiguration

    var subject: String { "ClickHouse \(configuration.warehouse.url)" }

    /// The least version that has all that Leat's tables need: `CoalescingMergeTree` came with 25.6.
    static let leastVersion = (25, 6)
    private static let checks = 10

    /// - Returns: whether it can be asked.
    func examine(into diagnosis: inout Diagnosis) async -> Bool {
        do {
            _ = try await client.rows("SELECT 1", timeout: .seconds(5), retry: .none)
        } catch {
            diagnosis.add(subject, checks: 1, [unreachable(error)])
            return false
        }
        var found: [Finding] = []
        let examinations: [() async throws -> [Finding]] = [
            serverVersion, rights, clock, disks, memoryLimit, parts, mutations, replicas, foreignTables,
        ]
        for examination in examinations {
            do {
                found += try await examination()
            } catch {
                found.append(
                    finding(
                        "clickhouse-unanswered",
                        .warning,
                        cause: "a check query failed: \(error)",
                        effect: "check skipped",
                        remedy: "GRANT SELECT ON system.* TO the user in leat.yaml, and run leat doctor again"
                    )
                )
            }
        }
        diagnosis.add(subject, checks: Self.checks, found)
        return true
    }

    private func finding(
        _ check: String,
        _ severity: Finding.Severity,
        cause: String,
        effect: String,
        remedy: String
    ) -> Finding {
        Finding(check, severity, subject: subject, cause: cause, effect: effect, remedy: remedy)
    }

    private func unreachable(_ error: any Error) -> Finding {
        if let error = error as? ClickHouseError, error.code == .authentication {
            return finding(
                "clickhouse-password",
                .blocker,
                cause: "it refuses the user `\(configuration.warehouse.user)`",
                effect: "nothing can be written to it",
                remedy: "check user: and password: of the warehouse in leat.yaml"
            )
        }
        return finding(
            "clickhouse-unreachable",
            .blocker,
            cause: "it does not answer: \(error)",
            effect: "nothing can be written to it",
            remedy: "check that it runs, and that warehouse: in leat.yaml names its HTTP port"
        )
    }

    private func serverVersion() async throws -> [Finding] {
        let text = try await client.rows("SELECT version()").first?.first.flatMap { $0 } ?? ""
        return version(text).map { [$0] } ?? []
    }

    func version(_ text: String) -> Finding? {
        let parts = text.split(separator: ".").prefix(2).compactMap { Int($0) }
        guard parts.count == 2, (parts[0], parts[1]) < Self.leastVersion else { return nil }
        return finding(
            "clickhouse-version",
            .blocker,
            cause: "it is ClickHouse \(text)",
            effect: "it lacks table engines and settings that Leat relies on",
            remedy: "upgrade to \(Self.leastVersion.0).\(Self.leastVersion.1) or later, best an LTS version"
        )
    }

    private func rights() async throws -> [Finding] {
        let readonly = try await client.rows("SELECT value FROM system.settings WHERE name = 'readonly'")
        if let value = readonly.first?.first.flatMap({ $0 }), value == "1" {
            return [
                finding(
                    "clickhouse-readonly",
                    .blocker,
                    cause: "the user `\(configuration.warehouse.user)` may only read (readonly = \(value))",
                    effect: "no table can be made or filled",
                    remedy: "ALTER USER \(configuration.warehouse.user) SETTINGS readonly = 0"
                )
            ]
        }
        let needed = ["CREATE", "INSERT", "SELECT", "ALTER", "DROP"]
        var missing: [String] = []
        for right in needed {
            let answer = try await client.rows("CHECK GRANT \(right) ON *.*")
            if answer.first?.first.flatMap({ $0 }) != "1" { missing.append(right) }
        }
        guard !missing.isEmpty else { return [] }
        return [
            finding(
                "clickhouse-rights",
                .blocker,
                cause: "the user `\(configuration.warehouse.user)` lacks \(missing.joined(separator: ", ")) on *.*",
                effect: "tables cannot be made, filled or altered",
                remedy: "GRANT \(missing.joined(separator: ", ")) ON *.* TO \(configuration.warehouse.user)"
            )
        ]
    }

    private func clock() async throws -> [Finding] {
        let before = Date().timeIntervalSince1970
        let answer = try await client.rows("SELECT toUnixTimestamp64Milli(now64(3))")
        let after = Date().timeIntervalSince1970
        guard let theirs = answer.first?.first.flatMap({ $0 }).flatMap({ Double($0) }) else { return [] }
        return ClockSkew(theirs: theirs / 1000, before: before, after: after).map { [behindTime($0)] } ?? []
    }

    func behindTime(_ skew: ClockSkew) -> Finding {
        finding(
            "clickhouse-clock",
            .warning,
            cause: skew.cause,
            effect: "ages in leat.* and in the dashboards are wrong by that much",
            remedy: ClockSkew.remedy
        )
    }

    private func disks() async throws -> [Finding] {
        let rows = try await client.rows("SELECT name, free_space, total_space FROM system.disks")
        return rows.compactMap { row -> Finding? in
            guard let name = row[0], let free = row[1].flatMap({ Double($0) }),
                let total = row[2].flatMap({ Double($0) })
            else { return nil }
            return disk(name, free: free, of: total)
        }
    }

    /// - Parameters:
    ///   - free: bytes.
    ///   - total: bytes.
    func disk(_ name: String, free: Double, of total: Double) -> Finding? {
        let isFull = free < 1_073_741_824
        guard total > 0, isFull || free / total < 0.1 else { return nil }
        let sizes = String(format: "%.1f GiB free of %.1f GiB", free / 1_073_741_824, total / 1_073_741_824)
        return finding(
            "clickhouse-disk",
            isFull ? .blocker : .warning,
            cause: "its disk `\(name)` has \(sizes)",
            effect: "inserts and merges stop when it is full, and the stream waits",
            remedy: "free space, add a disk to the storage policy, or drop tables called …__dropped_N"
        )
    }

    private func memoryLimit() async throws -> [Finding] {
        let rows = try await client.rows(
            "SELECT value FROM system.server_settings WHERE name = 'max_server_memory_usage'"
        )
        let limit = rows.first?.first.flatMap { $0 }.flatMap { Double($0) }
        return limit.flatMap { memory(limit: $0) }.map { [$0] } ?? []
    }

    /// - Parameter limit: bytes; 0 for none.
    func memory(limit: Double) -> Finding? {
        guard limit > 0, limit < 536_870_912 else { return nil }
        return finding(
            "clickhouse-memory",
            .warning,
            cause: String(format: "it may use %.0f MiB of memory only", limit / 1_048_576),
            effect: "large batches and merges fail with MEMORY_LIMIT_EXCEEDED and are tried again and again",
            remedy: "raise max_server_memory_usage to 1 GiB or more, or lower batches: bytes: in leat.yaml"
        )
    }

    /// The databases that these pipelines fill, as a list for `IN`.
    private var databases: String {
        let marks = configuration.sources.map { ClickHouseClient.quote(literal: "leat:\($0.name)") }
        return "(SELECT DISTINCT database FROM system.tables WHERE comment IN (\(marks.joined(separator: ", "))))"
    }

    private func parts() async throws -> [Finding] {
        let rows = try await client.rows(
            """
            SELECT concat(database, '.', table), max(parts) AS most FROM (
                SELECT database, table, partition_id, count() AS parts FROM system.parts
                WHERE active AND database IN \(databases) GROUP BY ALL
            ) GROUP BY 1
            HAVING most > (SELECT toUInt64(value) FROM system.merge_tree_settings WHERE name = 'parts_to_delay_insert') / 2
            ORDER BY most DESC LIMIT 10
            """
        )
        return rows.map { row in
            finding(
                "clickhouse-parts",
                .warning,
                cause: "\(row[0] ?? "") has \(row[1] ?? "") parts in one partition",
                effect: "ClickHouse delays inserts soon, then refuses them (TOO_MANY_PARTS)",
                remedy: "raise batches: interval: in leat.yaml, and see in system.merges whether merging is stuck"
            )
        }
    }

    private func mutations() async throws -> [Finding] {
        let rows = try await client.rows(
            """
            SELECT concat(database, '.', table), command, latest_fail_reason FROM system.mutations
            WHERE NOT is_done AND latest_fail_reason != '' AND database IN \(databases) LIMIT 10
            """
        )
        return rows.map { row in
            finding(
                "clickhouse-mutation",
                .warning,
                cause: "a change of \(row[0] ?? "") fails again and again: \((row[2] ?? "").prefix(160))",
                effect: "rows that it should delete or alter stay, and later changes wait behind it",
                remedy: "mend the cause, or KILL MUTATION WHERE concat(database, '.', table) = '\(row[0] ?? "")'"
            )
        }
    }

    private func replicas() async throws -> [Finding] {
        let rows = try await client.rows(
            "SELECT concat(database, '.', table) FROM system.replicas WHERE is_readonly AND database IN \(databases) LIMIT 10"
        )
        return rows.map { row in
            finding(
                "clickhouse-replica-readonly",
                .blocker,
                cause: "the replicated table \(row[0] ?? "") is read-only",
                effect: "nothing can be inserted into it",
                remedy: "check ClickHouse Keeper, then SYSTEM RESTORE REPLICA \(row[0] ?? "")"
            )
        }
    }

    /// Tables in the way that Leat did not make.
    private func foreignTables() async throws -> [Finding] {
        let rows = try await client.rows(
            """
            SELECT database, name FROM system.tables
            WHERE endsWith(database, '_raw') AND database IN \(databases) AND NOT startsWith(comment, 'leat:')
                AND NOT startsWith(name, '.inner')
            ORDER BY database, name LIMIT 10
            """
        )
        return rows.map { row in
            finding(
                "clickhouse-foreign-table",
                .warning,
                cause: "`\(row[0] ?? "").\(row[1] ?? "")` was not created by Leat",
                effect: "a table of that name at the source cannot be followed",
                remedy: "move it to a database of its own"
            )
        }
    }
}
