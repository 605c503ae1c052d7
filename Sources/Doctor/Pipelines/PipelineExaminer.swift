import ClickHouseClient
import ConfigurationFile
import Foundation
import LeatState
import MySQLProtocol
import Pipeline

/// Looks at what a pipeline has recorded in `leat.*`.
struct PipelineExaminer {
    let source: LeatConfiguration.Source
    let client: ClickHouseClient
    let process: RunningProcess
    /// The MySQL servers that the pipeline can read from; none for other sources.
    let servers: [MySQLExaminer.Server]

    private static let stopSecondsMax = 60.0

    private var subject: String { "pipeline \(source.name)" }

    func examine(into diagnosis: inout Diagnosis) async {
        var found: [Finding] = []
        do {
            let there = try await client.rows(
                "SELECT count() FROM system.tables WHERE database = 'leat' AND name IN ('tables', 'checkpoints')"
            )
            let hasState = there.first?.first.flatMap { $0 } == "2"
            let checkpoint = hasState ? try await lastCheckpoint() : nil
            let liveness = Liveness(
                answer: process.answer(source.name),
                records: try await PipelineRecords(client: client).read(source.name),
                checkpointAge: checkpoint.map { ($0[2].flatMap { Double($0) } ?? 0) / 1000 },
                asked: process.place
            )
            found += examine(liveness, isNew: checkpoint == nil)
            guard let checkpoint else {
                if found.isEmpty {
                    found.append(
                        finding(
                            "pipeline-new",
                            .note,
                            cause: "it has never run",
                            effect: "its first start copies every table",
                            remedy: "leat run"
                        )
                    )
                }
                return diagnosis.add(subject, checks: 2, found)
            }
            found += try await tables()
            found += examine(checkpoint, isAlive: liveness.isAlive)
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
        diagnosis.add(subject, checks: 6, found)
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
        let rows = try await client.rows(
            """
            SELECT table, state, cause, remedy FROM leat.tables FINAL
            WHERE pipeline = {pipeline:String} AND state IN ('quarantined', 'paused') ORDER BY table
            """,
            parameters: ["pipeline": source.name]
        ).map { $0.map { $0 ?? "" } }
        return rows.map { row in
            row[1] == "quarantined"
                ? finding(
                    "pipeline-quarantined",
                    .warning,
                    cause: "\(row[0]) is quarantined: \(row[2])",
                    effect: "what changes there does not reach ClickHouse",
                    remedy: row[3].isEmpty ? "leat tables resync \(row[0])" : row[3]
                )
                : finding(
                    "pipeline-paused",
                    .warning,
                    cause: "\(row[0]) is paused",
                    effect: "what changes there does not reach ClickHouse, and binlogs must be kept for it",
                    remedy: "leat tables resume \(row[0])"
                )
        }
    }

    /// Position, lag in seconds, age in milliseconds; nil if it has never run.
    private func lastCheckpoint() async throws -> [String?]? {
        try await client.rows(
            """
            SELECT position, lag_seconds, toUnixTimestamp64Milli(now64(3)) - toUnixTimestamp64Milli(at)
            FROM leat.checkpoints FINAL WHERE pipeline = {pipeline:String}
            """,
            parameters: ["pipeline": source.name]
        ).first
    }

    /// Whether it runs, and what it meets.
    private func examine(_ liveness: Liveness, isNew: Bool) -> [Finding] {
        switch liveness {
        case .failed(let cause, let remedy):
            return [
                finding(
                    "pipeline-failed",
                    .blocker,
                    cause: "it has failed: \(cause)",
                    effect: "its tables are not followed; the other pipelines continue",
                    remedy: remedy
                )
            ]
        case .stopped(let seconds) where seconds <= Self.stopSecondsMax:
            // Somebody has just stopped it, and knows.
            return []
        case .hung, .stopped, .crashed:
            return [
                finding(
                    "pipeline-not-running",
                    .warning,
                    cause: "it is \(liveness.text)",
                    effect: "ClickHouse shows the rows of that time",
                    remedy: liveness.remedy
                )
            ]
        case .neverRan: return []
        case .starting, .running:
            guard case .report(let report) = process.answer(source.name), let error = report.errors.first else {
                return []
            }
            return [
                finding(
                    "pipeline-retrying",
                    .warning,
                    cause: "it tries again since \(Self.text(error.seconds)) (\(error.stage)): \(report.cause)",
                    effect: isNew ? "nothing is copied yet" : "ClickHouse is that late, or soon will be",
                    remedy: report.remedy.isEmpty ? "leat status, and see its log" : report.remedy
                )
            ]
        }
    }

    private func examine(_ row: [String?], isAlive: Bool) -> [Finding] {
        var found: [Finding] = []
        let lag = row[1].flatMap { Double($0) } ?? 0
        if isAlive, lag > 60 {
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
        guard let position = (row[0]).flatMap({ try? GTIDSet(parsing: $0.replacing("\\n", with: "\n")) }) else {
            return found
        }
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
