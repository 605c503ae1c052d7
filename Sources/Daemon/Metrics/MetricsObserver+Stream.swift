import MySQLReplication
import Observability
import PipelineCore
import Warehouse

/// What a MySQL pipeline reports about its stream and its copies.
extension MetricsObserver {
    package func streamed(_ counts: StreamCounts) {
        metrics.transactions.increment(by: counts.transactions)
        metrics.streamBytes.increment(by: counts.bytes)
        metrics.backPressure.add(counts.held)
        metrics.queueBytes.set(counts.waitingBytes)
        metrics.queueCapacityBytes.set(counts.waitingBytesMax)
        for (table, changes) in counts.changes {
            let handles = handles(of: table)
            handles.insertEvents.increment(by: changes.inserts)
            handles.updateEvents.increment(by: changes.updates)
            handles.deleteEvents.increment(by: changes.deletes)
        }
    }

    package func passed(_ step: ReplicationStep, in duration: Duration) { metrics.observe(stage(step), duration) }

    package func inserted(in duration: Duration) { metrics.insertDuration.observe(duration) }

    package func barrierPassed() {
        metrics.countBatch(.barrier)
        metrics.beat(.decode)
        stageWorked(PipelineStage.ddl.rawValue)
    }

    package func acknowledged(_ number: UInt64) { metrics.checkpointBatch.set(Double(number)) }

    package func copyBegins(table: String) {
        forgetCopied(table)
        handles(of: table).snapshotRows.set(0)
        metrics.beat(.snapshot)
    }

    package func copyExpected(table: String, rows: UInt64) {
        handles(of: table).snapshotRowsExpected.set(Double(rows))
    }

    package func rangeCopied(table: String, rows: UInt64, bytes: Int, duration: Duration) {
        countCopied(rows, of: table)
        metrics.snapshotBytes.increment(by: bytes)
        metrics.observe(.snapshot, duration)
        metrics.countBatch(.range)
        metrics.beat(.snapshot)
        stageWorked(PipelineStage.snapshot.rawValue)
    }

    package func copiesEnded() {
        metrics.endBeats(.snapshot)
        stageWorked(PipelineStage.snapshot.rawValue)
    }

    package func heartbeatRow(_ step: ReplicationStep, age: Double) { metrics.setHeartbeatRow(stage(step), age: age) }

    package func binlogRunway(seconds: Double) { metrics.binlogRunway.set(seconds) }

    package func reconnected() { metrics.reconnects.increment() }

    package func idle(_ step: ReplicationStep) { metrics.beat(stage(step)) }

    private func stage(_ step: ReplicationStep) -> Stage {
        switch step {
        case .receive: .receive
        case .decode: .decode
        case .queue: .queue
        case .insert: .insert
        case .acknowledge: .acknowledge
        case .snapshot: .snapshot
        }
    }
}
