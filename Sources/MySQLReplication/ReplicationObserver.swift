import LeatState
import Observability
import PipelineCore
import Warehouse

/// What a pipeline from MySQL reports besides.
package protocol ReplicationObserver: PipelineObserver {
    /// A batch of the stream is in the warehouse: changes by table, bytes, and how long writing it took.
    func batchWritten(_ changes: [String: RowChanges], rows: Int, bytes: Int, duration: Duration)
    /// What the stream has brought since the last call; several times a second.
    func streamed(_ counts: StreamCounts)
    /// A batch has been in a step for this long.
    func passed(_ step: ReplicationStep, in duration: Duration)
    /// One insert into one table was answered.
    func inserted(in duration: Duration)
    /// A statement in the stream, or the beginning of a copy, was carried out: a batch without rows.
    func barrierPassed()
    /// All batches up to this number are in the warehouse.
    func acknowledged(_ number: UInt64)
    /// A copy of a table begins, from nothing or where an earlier one had come to.
    func copyBegins(table: String)
    /// About how many rows a copy will have.
    func copyExpected(table: String, rows: UInt64)
    /// A key range of a copy is in the warehouse; it took this many bytes of the source's answer.
    func rangeCopied(table: String, rows: UInt64, bytes: Int, duration: Duration)
    /// No table is being copied.
    func copiesEnded()
    /// By how much the warehouse is behind the source, and whose lag it is; reported twice a second, whatever hangs.
    func lag(_ parts: LagParts)
    /// How old the newest heartbeat row is that has come to a step.
    func heartbeatRow(_ step: ReplicationStep, age: Double)
    /// Seconds until the source purges binlogs that are still needed; infinite where it does not purge.
    func binlogRunway(seconds: Double)
    /// A connection to the source that was lost was made again.
    func reconnected()
    /// Why the source cannot be read now; nil once it can. Called again whenever the cause changes.
    func sourceTrouble(_ trouble: SourceTrouble?)
    /// A step has nothing to do, and knows it.
    func idle(_ step: ReplicationStep)
}

extension ReplicationObserver {
    package func sourceTrouble(_ trouble: SourceTrouble?) {}
}

/// What a batch passes through, and how long it is there.
package enum ReplicationStep: String, Sendable, CaseIterable {
    /// From its first row until it is cut: its rows come in and are decoded.
    case receive
    /// Of that, the work of decoding.
    case decode
    /// From then until its first insert begins; its number is claimed meanwhile.
    case queue
    /// All its inserts, which run concurrently.
    case insert
    /// Saving the checkpoint.
    case acknowledge
    /// A range of existing rows, from before it is read until it is acknowledged.
    case snapshot
}

/// An observer that listens to nothing.
package struct SilentObserver: ReplicationObserver {
    package init() {}
    package func started() {}
    package func batchWritten(_ changes: [String: RowChanges], rows: Int, bytes: Int, duration: Duration) {}
    package func streamed(_ counts: StreamCounts) {}
    package func passed(_ step: ReplicationStep, in duration: Duration) {}
    package func inserted(in duration: Duration) {}
    package func barrierPassed() {}
    package func acknowledged(_ number: UInt64) {}
    package func copyBegins(table: String) {}
    package func copyExpected(table: String, rows: UInt64) {}
    package func rangeCopied(table: String, rows: UInt64, bytes: Int, duration: Duration) {}
    package func copiesEnded() {}
    package func tableChanged(_ state: TableState) {}
    package func lag(_ parts: LagParts) {}
    package func heartbeatRow(_ step: ReplicationStep, age: Double) {}
    package func binlogRunway(seconds: Double) {}
    package func reconnected() {}
    package func failed(_ reaction: ErrorClass, stage: PipelineStage, _ explanation: Explanation) {}
    package func heartbeat(_ stage: PipelineStage) {}
    package func idle(_ step: ReplicationStep) {}
}
