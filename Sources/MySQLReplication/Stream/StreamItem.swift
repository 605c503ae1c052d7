import MySQLProtocol
import MySQLSchema
import PipelineCore
import Warehouse

/// What the stream hands to the pipeline, in the order of the binlog.
enum StreamItem: Sendable {
    /// Rows to write: whole transactions, or parts of large ones.
    case batch(OpenBatch)
    /// Transactions with nothing for the warehouse.
    case progress(GTIDSet, newestCommit: Int64)
    /// A statement that separates what came before from what comes after; the stream waits for `resume(after:)`.
    case barrier(StreamBarrier)
    /// Rows came of a table that is to be followed and of which nothing is known; they are left out.
    case unannounced(TableName)
    /// A table that cannot be followed any further; its rows from here on are left out.
    case refused(TableName, TableRefusal)
}

/// A DDL statement at its place in the stream.
struct StreamBarrier: Sendable {
    /// nil where rows follow in the same transaction, which completes later.
    let transaction: GTID?
    /// The number it was defined under before a crash.
    let number: UInt64?
    let statement: DDLStatement
}
