import Pipeline

/// What a pipeline tells of itself while it runs, for metrics and progress; called from any thread, must not block.
public protocol ReplicationObserver: Sendable {
    /// A batch of the stream is in the warehouse: changes by table, bytes, and how long writing it took.
    func batchWritten(_ changes: [String: RowChanges], rows: Int, bytes: Int, duration: Duration)
    /// A key range of a copy is in the warehouse.
    func rangeCopied(table: String, rows: UInt64)
    /// The state of a table changed.
    func tableChanged(_ state: TableState)
    /// Seconds by which the warehouse is behind the source; 0 when it has everything.
    func lag(seconds: Double)
    /// Something failed that is tried again (`retry`), that somebody should know (`notify`) or that ends it (`stop`).
    func failed(_ reaction: ReplicationFailure, stage: ReplicationStage, message: String)
    /// A stage has shown a sign of life.
    func heartbeat(_ stage: ReplicationStage)
}

/// Where in a pipeline something happens.
public enum ReplicationStage: String, Sendable, CaseIterable {
    case source, receive, snapshot, insert, checkpoint, ddl
}

/// What a failure leads to.
public enum ReplicationFailure: String, Sendable, CaseIterable {
    /// It is tried again.
    case retry
    /// Something stays undone until somebody acts; the rest goes on.
    case notify
    /// The pipeline ends.
    case stop
}

/// An observer that listens to nothing.
public struct SilentObserver: ReplicationObserver {
    public init() {}
    public func batchWritten(_ changes: [String: RowChanges], rows: Int, bytes: Int, duration: Duration) {}
    public func rangeCopied(table: String, rows: UInt64) {}
    public func tableChanged(_ state: TableState) {}
    public func lag(seconds: Double) {}
    public func failed(_ reaction: ReplicationFailure, stage: ReplicationStage, message: String) {}
    public func heartbeat(_ stage: ReplicationStage) {}
}
