import ClickHouseClient
import Foundation
import LeatConfig
import LeatState
import MySQLClient
import MySQLProtocol
import PipelineCore

/// Checks what a pipeline has recorded in `leat.*`.
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
            let checkpoint = try await CheckpointRecords(client: client, pipeline: source.name).newest()
            let liveness = Liveness(
                answer: process.answer(source.name),
                records: try await PipelineRecords(client: client).read(source.name),
                checkpointAge: checkpoint.map { $0.age / .seconds(1) },
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
                    effect: "the pipeline's state was not checked",
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
        let summaries = try await TableRecords(client: client, pipeline: source.name).summaries()
        return summaries.compactMap { table in
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
                    effect: "what changes there does not reach ClickHouse",
                    remedy: "leat tables resume \(table.name)"
                )
            case .snapshotting, .streaming, .waiting, .excluded, .dropped, .kept: nil
            }
        }
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
                    effect: isNew ? "nothing is copied yet" : "ClickHouse data is stale, or soon will be",
                    remedy: report.remedy.isEmpty ? "leat status, and see its log" : report.remedy
                )
            ]
        }
    }

    private func examine(_ checkpoint: CheckpointRecord, isAlive: Bool) -> [Finding] {
        var found: [Finding] = []
        let lag = checkpoint.lagSeconds
        if isAlive, lag > 60 {
            found.append(
                finding(
                    "pipeline-lag",
                    .warning,
                    cause: "it is \(Self.text(lag)) behind the source",
                    effect: "ClickHouse data is stale by the same amount",
                    remedy: "leat status   then see the log for warnings, and ClickHouse for slow inserts"
                )
            )
        }
        guard let position = try? GTIDSet(parsing: checkpoint.checkpoint.position) else { return found }
        return found + lost(position) + ahead(position)
    }

    /// Hosts that no longer have the binlogs that the pipeline needs next. One that has them is enough.
    private func lost(_ position: GTIDSet) -> [Finding] {
        let known = servers.filter { $0.purged != nil }
        let unable = known.compactMap { server -> (String, GTIDSet)? in
            let missing = (server.purged ?? GTIDSet()).subtracting(position)
            return missing.isEmpty ? nil : (server.subject, missing)
        }
        let isLost = unable.count == known.count
        return unable.map { subject, missing in
            finding(
                "pipeline-binlogs-purged",
                isLost ? .blocker : .warning,
                cause: "\(subject) has purged binlogs that it still needs (\(missing.singleLine))",
                effect: isLost ? "it cannot continue where it was" : "it cannot continue at this host, only at another",
                remedy: isLost
                    ? "leat run --copy-again   and raise binlog_expire_logs_seconds"
                    : "raise binlog_expire_logs_seconds there; the pipeline continues at the other host"
            )
        }
    }

    /// Hosts that lack what is in ClickHouse.
    private func ahead(_ position: GTIDSet) -> [Finding] {
        servers.compactMap { server in
            guard let host = server.position else { return nil }
            let missing = position.subtracting(host.executed)
            guard !missing.isEmpty else { return nil }
            let foreign = host.foreign(in: position)
            let isHarmless = missing.subtracting(foreign).isEmpty
            let replica = host.replica
            return finding(
                "pipeline-ahead",
                isHarmless ? .note : .warning,
                cause: "\(server.subject) lacks transactions that are in ClickHouse (\(missing.singleLine))",
                effect: isHarmless
                    ? "they were committed at another host alone; if they changed followed tables it is not followed"
                    : replica == nil
                        ? "it was restored from a backup, or they were lost in a failover: it is not followed, since "
                            + "ClickHouse holds rows that no longer exist there"
                        : "it lags behind; it is waited for when it has to take over",
                remedy: isHarmless
                    ? "none, if they are harmless; otherwise leat verify, and leat repair for what differs"
                    : replica == nil
                        ? "leat run --copy-again   or point hosts: at a server that has them"
                        : replica?.isRunning ?? false
                            ? "wait until it has caught up (SHOW REPLICA STATUS)"
                            : "START REPLICA there; if its source is lost for good: leat run --copy-again"
            )
        }
    }

    /// `90 s`, `12 min`, `5 h`.
    static func text(_ seconds: Double) -> String {
        if seconds < 120 { return "\(Int(seconds)) s" }
        if seconds < 7200 { return "\(Int(seconds / 60)) min" }
        return "\(Int(seconds / 3600)) h"
    }
}
