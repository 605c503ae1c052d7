/// A statement that begins, ends or divides a transaction.
package enum TransactionControl: Hashable, Sendable {
    case begin
    case commit
    case rollback
    case savepoint(String)
    case rollbackToSavepoint(String)
    case releaseSavepoint(String)
    /// The XA statements; `xid` is the id as the statement spells it (`X'6161',X'',1`).
    case xaStart(xid: String)
    case xaEnd(xid: String)
    case xaPrepare(xid: String)
    case xaCommit(xid: String, onePhase: Bool)
    case xaRollback(xid: String)
}
