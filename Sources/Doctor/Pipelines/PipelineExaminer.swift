import ClickHouseClient
import ConfigurationFile
import Foundation
import LeatState
import MySQLProtocol

/// Looks at what a pipeline has recorded in `leat.*`.
struct PipelineExaminer {
    let source: LeatConfiguration.Source
    let client: ClickHouseClient
    /// The MySQL servers that the pipeline can read from; none for other sources.
    let servers: [MySQLExaminer.Server]

    private var subject: String { "pipeline \(source.name)" }

    func examine(into diagnosis: inout Diagnosis) async {
        var found: [Finding] = []
        do {
            guard let checkpoint = try await CheckpointRecords(client: client, pipeline: source.name).newest() else {
                found.append(
                    finding(
                        "pipeline-new",
                        .note,
                        cause: "it has never run",
                        effect: "its first start copies every table",
                        remedy: "leat run"
                    )
                )
                return diagnosis.add(subject, checks: 1, found)
            }
            found += try await tables()
            found += examine(checkpoint)
        } catch {
            found.append(
                finding(
                    "pipeline-unreadable",
                    .warning,
                    cause: "its state in leat.* cannot be read: \(error)",
                    effect: "whether it runs well was not examined",
                    remedy: "GRANT SELECT ON leat.* TO the user in leat.yaml"
                )
            )
        }
        diagnosis.add(subject, checks: 5, found)
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

    private func tables() async throws -> [Finding] {
        let tables = try await TableRecords(client: client, pipeline: source.name).summaries()
        return tables.compactMap { table in
            switch table.phase {
            case .quarantined:
                finding(
                    "pipeline-quarantined",
                    .warning,
                    cause: "\(table.name) is quarantined: \(table.cause)",
                    effect: "what changes there does not reach ClickHouse",
                    remedy: table.remedy.isEmpty ? "leat tables resync \(table.name)" : table.remedy
                )
            case .paused:
                finding(
                    "pipeline-paused",
                    .warning,
                    cause: "\(table.name) is paused",
                    effect: "what changes there does not reach ClickHouse, and binlogs must be kept for it",
                    remedy: "leat tables resume \(table.name)"
                )
            case .snapshotting, .streaming, .waiting, .excluded, .dropped: nil
            }
        }
    }

    private func examine(_ record: CheckpointRecord) -> [Finding] {
        var found: [Finding] = []
        let age = record.age / .seconds(1)
        let lag = record.lagSeconds
        if record.isSilent {
            found.append(
                finding(
                    "pipeline-not-running",
                    .warning,
                    cause: "it has recorded nothing for \(Self.text(age))",
                    effect: "ClickHouse shows the rows of that time",
                    remedy: "leat run --config …   and see its log for why it ended"
                )
            )
        } else if lag > 60 {
            found.append(
                finding(
                    "pipeline-lag",
                    .warning,
                    cause: "it is \(Self.text(lag)) behind the source",
                    effect: "ClickHouse is that late",
                    remedy: "leat status   then see the log for warnings, and ClickHouse for slow inserts"
                )
            )
        }
        guard let position = try? GTIDSet(parsing: record.checkpoint.position) else { return found }
        let reachable = servers.filter { $0.purged != nil }
        let able = reachable.filter { server in server.purged.map { position.isSuperset(of: $0) } ?? false }
        if !reachable.isEmpty, able.isEmpty, let server = reachable.first, let purged = server.purged {
            found.append(
                finding(
                    "pipeline-binlogs-purged",
                    .blocker,
                    cause: "\(server.subject) has purged binlogs that it still needs (\(purged.subtracting(position)))",
                    effect: "it cannot go on where it was",
                    remedy: "leat run --copy-again   and raise binlog_expire_logs_seconds"
                )
            )
        }
        for server in servers {
            guard let executed = server.executed else { continue }
            let foreign = position.subtracting(executed)
            guard !foreign.isEmpty else { continue }
            found.append(
                finding(
                    "pipeline-ahead",
                    .warning,
                    cause: "\(server.subject) lacks transactions that are in ClickHouse (\(foreign))",
                    effect:
                        "it lags behind, or was restored from a backup; then ClickHouse holds rows that no longer exist",
                    remedy: "wait if it is a replica that lags; after a restore: leat run --copy-again"
                )
            )
        }
        return found
    }

    /// `90 s`, `12 min`, `5 h`.
    static func text(_ seconds: Double) -> String {
        if seconds < 120 { return "\(Int(seconds)) s" }
        if seconds < 7200 { return "\(Int(seconds / 60)) min" }
        return "\(Int(seconds / 3600)) h"
    }
}
