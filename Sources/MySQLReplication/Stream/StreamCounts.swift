import Pipeline

/// What the stream has brought since it was asked before: added up while it is decoded, and told some times a second.
public struct StreamCounts: Sendable {
    /// Transactions that came whole, also those without followed rows.
    public var transactions = 0
    /// Bytes of events, the server's heartbeats included.
    public var bytes = 0
    /// Rows changed, by `database.table`: of followed and quarantined tables, whether or not they go into a batch.
    public var changes: [String: RowChanges] = [:]
    /// When the source committed the newest heartbeat row: microseconds since 1970; 0 if none came.
    public var heartbeatCommit: Int64 = 0
    /// How long the source was held back because too much waited for the warehouse.
    public var held = Duration.zero
    /// Whether anything came at all.
    public var isAlive: Bool { bytes > 0 }
    /// Bytes of events that wait for the warehouse now.
    public var waitingBytes = 0
    /// As many may wait before the source is held back.
    public var waitingBytesMax = 0

    public init() {}
}
