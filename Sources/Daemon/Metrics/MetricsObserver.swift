import InfluxReplication
import LeatState
import MySQLReplication
import Observability
import PipelineCore
import Synchronization
import Warehouse

/// Turns what a pipeline reports about itself into its metrics and its health; also counts copied rows, for progress.
package final class MetricsObserver: ReplicationObserver {
    private struct State {
        var tables: [String: TableMetrics] = [:]
        var phases: [String: TableState.Phase] = [:]
        var copied: [String: UInt64] = [:]
        /// The pipeline has not said anything for long, and health says so.
        var isHung = false
    }

    package let metrics: SourceMetrics
    /// For sources of measurements.
    package let measurements: MeasurementMetrics?
    private let health: Health
    private let state = Mutex(State())
    private let status: Mutex<PipelineStatus>

    package let warehouseUp: Gauge

    package init(_ source: String, metrics: LeatMetrics, health: Health, hasMeasurements: Bool = false) {
        self.metrics = metrics.source(source)
        measurements = hasMeasurements ? self.metrics.measurements : nil
        warehouseUp = metrics.warehouseUp.only
        self.health = health
        status = Mutex(PipelineStatus(name: source, at: .now))
        self.metrics.failed.set(0)
    }

    /// How the pipeline is now.
    package func report() -> PipelineReport { status.withLock { $0.report(at: .now) } }

    package func pipelineStarting() { status.withLock { $0.starting(at: .now) } }

    package func started() {
        status.withLock { $0.started(at: .now) }
        metrics.failed.set(0)
        forgetStages()
        report("", .ok)
    }

    /// - Parameter delay: until it is started again; nil where it waits for another process.
    package func pipelineFailed(_ failure: PipelineFailure, retryAfter delay: Duration?) {
        status.withLock { $0.failed(failure, retryAt: delay.map { .now + $0 }) }
        metrics.failed.set(1)
        metrics.up.set(failure.kind == .fenced ? 1 : 0)
        // What its stages met has an end with them.
        forgetStages()
        report("", .failed, "\(failure.cause)\n  fix: \(failure.remedy)")
    }

    /// Brings up to date what a pipeline that has failed or hangs no longer says itself.
    package func refresh() {
        let report = report()
        if report.state == .failed { metrics.lag.set(report.lagSeconds) }
        switch Liveness(answer: .report(report), records: [], checkpointAge: nil) {
        case .hung(let seconds?):
            self.report("", .failed, "it has done nothing for \(Int(seconds)) s\n  fix: see the log")
            metrics.lag.set(report.lagSeconds)
            state.withLock { $0.isHung = true }
        case .running
        where state.withLock({
            let was = $0.isHung; $0.isHung = false; return was
        }):
            self.report("", .ok)
        default: break
        }
    }

    private func forgetStages() {
        for stage in PipelineStage.allCases { forget("/\(stage.rawValue)") }
    }

    /// Rows copied since the start, by table.
    package var copied: [String: UInt64] { state.withLock(\.copied) }
    package var phases: [String: TableState.Phase] { state.withLock(\.phases) }

    package func handles(of table: String) -> TableMetrics {
        state.withLock { state in
            if let known = state.tables[table] { return known }
            let made = metrics.table(table)
            state.tables[table] = made
            return made
        }
    }

    package func batchWritten(_ changes: [String: RowChanges], rows: Int, bytes: Int, duration: Duration) {
        for (table, count) in changes {
            let handles = handles(of: table)
            handles.insertedRows.increment(by: count.inserts)
            handles.updatedRows.increment(by: count.updates)
            handles.deletedRows.increment(by: count.deletes)
        }
        metrics.writtenBytes.increment(by: bytes)
        metrics.batchRows.observe(Double(rows))
        metrics.batchBytes.observe(Double(bytes))
        metrics.observe(.insert, duration)
        metrics.countBatch(.stream)
    }

    package func countCopied(_ rows: UInt64, of table: String) {
        let handles = handles(of: table)
        handles.copiedRows.increment(by: Int(clamping: rows))
        let copied = state.withLock { state in
            state.copied[table, default: 0] += rows
            return state.copied[table] ?? 0
        }
        handles.snapshotRows.set(Int(clamping: copied))
    }

    /// A table is copied again, from nothing.
    package func forgetCopied(_ table: String) { state.withLock { $0.copied[table] = nil } }

    package func tableChanged(_ state: TableState) {
        let phases = self.state.withLock { known in
            known.phases[state.name] = state.phase
            return known.phases
        }
        func count(_ phase: TableState.Phase) -> Int { phases.values.count { $0 == phase } }
        metrics.setTables(.snapshotting, count(.snapshotting))
        metrics.setTables(.streaming, count(.streaming))
        metrics.setTables(.paused, count(.paused))
        metrics.setTables(.quarantined, count(.quarantined))
        if state.phase == .dropped { metrics.removeTable(state.name) }
        if state.phase == .quarantined {
            health.report("\(metrics.name)/\(state.name)", .degraded, cause: state.cause)
        } else {
            health.remove("\(metrics.name)/\(state.name)")
        }
    }

    package func lag(_ parts: LagParts) {
        metrics.lag.set(parts.seconds)
        status.withLock { $0.lag(parts, at: .now) }
    }

    /// Something is tried again.
    package func stageFailed(_ stage: String, _ explanation: Explanation) {
        report("/\(stage)", .degraded, explanation.text)
        status.withLock { $0.stageFailed(stage, explanation, at: .now) }
    }

    /// What was tried again has worked.
    package func stageWorked(_ stage: String) {
        report("/\(stage)", .ok)
        status.withLock { $0.stageWorked(stage) }
    }

    package func failed(_ reaction: ErrorClass, stage: PipelineStage, _ explanation: Explanation) {
        let place: Stage =
            switch stage {
            case .source, .receive: .receive
            case .snapshot, .read: .snapshot
            case .insert, .warehouse: .insert
            case .checkpoint: .acknowledge
            case .ddl, .discovery: .decode
            }
        switch reaction {
        case .retry:
            metrics.countError(place, .retry)
            stageFailed(stage.rawValue, explanation)
            switch stage {
            case .source, .read, .discovery: metrics.up.set(0)
            case .insert, .checkpoint, .warehouse: warehouseUp.set(0)
            case .receive, .snapshot, .ddl: break
            }
        case .notify: metrics.countError(place, .notify)
        // Its supervisor reports why it has ended, once it has.
        case .stop: metrics.countError(place, .stop)
        }
    }

    package func heartbeat(_ stage: PipelineStage) {
        switch stage {
        case .source, .read, .discovery: metrics.up.set(1)
        case .receive:
            metrics.beat(.receive)
            metrics.beat(.decode)
        case .snapshot: metrics.beat(.snapshot)
        case .insert:
            metrics.beat(.insert)
            warehouseUp.set(1)
        case .checkpoint:
            metrics.beat(.acknowledge)
            warehouseUp.set(1)
        case .ddl: metrics.beat(.decode)
        case .warehouse: warehouseUp.set(1)
        }
        switch stage {
        case .source, .receive, .read, .insert, .checkpoint, .warehouse: stageWorked(stage.rawValue)
        case .discovery:
            stageWorked(stage.rawValue)
            stageWorked(PipelineStage.read.rawValue)
        // They work once a whole copy, a whole statement is done.
        case .snapshot, .ddl: break
        }
    }

    package func forget(_ part: String) { health.remove(metrics.name + part) }

    package func report(_ part: String, _ status: Health.Status, _ cause: String = "") {
        health.report(metrics.name + part, status, cause: cause)
    }
}
