import Warehouse

/// What the stream has brought since it was last asked: counted while decoding, reported several times a second.
package struct StreamCounts: Sendable {
    /// Transactions that came whole, also those without followed rows.
    package var transactions = 0
    /// Bytes of events, the server's heartbeats included.
    package var bytes = 0
    /// Rows changed, by `database.table`: of followed and quarantined tables, whether or not they go into a batch.
    package var changes: [String: RowChanges] = [:]
    /// When the source committed the newest heartbeat row: microseconds since 1970; 0 if none came.
    package var heartbeatCommit: Int64 = 0
    /// How long the source was held back because too much waited for the warehouse.
    package var held = Duration.zero
    /// Whether anything came at all.
    package var isAlive: Bool { bytes > 0 }
    /// Bytes of events that wait for the warehouse now.
    package var waitingBytes = 0
    /// As many may wait before the source is held back.
    package var waitingBytesMax = 0

    package init() {}
}
