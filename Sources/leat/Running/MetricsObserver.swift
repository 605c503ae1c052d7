import LeatState
import MySQLReplication
import Pipeline
import Synchronization
import Telemetry

/// Turns what a pipeline tells of itself into its metrics and its health; also counts the rows of copies, for progress.
final class MetricsObserver: ReplicationObserver {
    private struct State {
        var tables: [String: TableMetrics] = [:]
        var phases: [String: LeatState.TableState.Phase] = [:]
        var copied: [String: UInt64] = [:]
    }

    let metrics: SourceMetrics
    /// For sources of measurements.
    let measurements: MeasurementMetrics?
    private let health: Health
    private let state = Mutex(State())

    let warehouseUp: Gauge

    init(_ source: String, metrics: LeatMetrics, health: Health, hasMeasurements: Bool = false) {
        self.metrics = metrics.source(source)
        measurements = hasMeasurements ? self.metrics.measurements : nil
        warehouseUp = metrics.warehouseUp.only
        self.health = health
    }

    /// Rows copied since the start, by table.
    var copied: [String: UInt64] { state.withLock(\.copied) }
    var phases: [String: LeatState.TableState.Phase] { state.withLock(\.phases) }

    func handles(of table: String) -> TableMetrics {
        state.withLock { state in
            if let known = state.tables[table] { return known }
            let made = metrics.table(table)
            state.tables[table] = made
            return made
        }
    }

    func batchWritten(_ changes: [String: RowChanges], rows: Int, bytes: Int, duration: Duration) {
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
        report("", .ok)
    }

    func countCopied(_ rows: UInt64, of table: String) {
        let handles = handles(of: table)
        handles.copiedRows.increment(by: Int(clamping: rows))
        let copied = state.withLock { state in
            state.copied[table, default: 0] += rows
            return state.copied[table] ?? 0
        }
        handles.snapshotRows.set(Int(clamping: copied))
    }

    /// A table is copied again, from nothing.
    func forgetCopied(_ table: String) { state.withLock { $0.copied[table] = nil } }

    func tableChanged(_ state: LeatState.TableState) {
        let phases = self.state.withLock { known in
            known.phases[state.name] = state.phase
            return known.phases
        }
        func count(_ phase: LeatState.TableState.Phase) -> Int { phases.values.count { $0 == phase } }
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

    func lag(seconds: Double) { metrics.lag.set(seconds) }

    func failed(_ reaction: ReplicationFailure, stage: ReplicationStage, message: String) {
        let place: Stage =
            switch stage {
            case .source, .receive: .receive
            case .snapshot: .snapshot
            case .insert, .warehouse: .insert
            case .checkpoint: .acknowledge
            case .ddl: .decode
            }
        switch reaction {
        case .retry:
            metrics.countError(place, .retry)
            report("/\(stage.rawValue)", .degraded, message)
            switch stage {
            case .source: metrics.up.set(0)
            case .insert, .checkpoint, .warehouse: warehouseUp.set(0)
            case .receive, .snapshot, .ddl: break
            }
        case .notify: metrics.countError(place, .notify)
        case .stop:
            metrics.countError(place, .stop)
            report("", .failed, message)
        }
    }

    func heartbeat(_ stage: ReplicationStage) {
        switch stage {
        case .source: metrics.up.set(1)
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
        case .source, .receive, .insert, .checkpoint, .warehouse: report("/\(stage.rawValue)", .ok)
        case .snapshot, .ddl: break
        }
    }

    func forget(_ part: String) { health.remove(metrics.name + part) }

    func report(_ part: String, _ status: Health.Status, _ cause: String = "") {
        health.report(metrics.name + part, status, cause: cause)
    }
}
