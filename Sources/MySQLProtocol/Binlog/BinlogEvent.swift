/// One decoded event.
///
/// `.rows` and `.transactionPayload` look into the bytes they were decoded from and must not outlive the call that
/// delivered them; all others own what they hold.
public enum BinlogEvent {
    case formatDescription(FormatDescriptionEvent)
    case rotate(RotateEvent)
    case previousGTIDs(PreviousGTIDsEvent)
    /// GTID, ANONYMOUS_GTID and GTID_TAGGED: a transaction begins.
    case gtid(GTIDEvent)
    /// Also EXECUTE_LOAD_QUERY: `LOAD DATA` as a statement.
    case query(QueryEvent)
    case tableMap(TableMapEvent)
    /// Write, update and delete rows, versions 1 and 2.
    case rows(RowsEvent)
    /// An update whose JSON columns are logged as differences. Recognised and not carried over: its table must stop.
    /// The commit of a transaction on a transactional engine.
    case xid(XIDEvent)
    case xaPrepare(XAPrepareEvent)
    /// A compressed transaction, whole. Only where the decoder is configured not to unpack it.
    case transactionPayload(TransactionPayloadEvent)
    case heartbeat(HeartbeatEvent)
    /// The source lost events: nothing after it can be trusted without a new copy.
    case incident(IncidentEvent)
    /// The statement behind the rows events that follow (`binlog_rows_query_log_events`).
    case rowsQuery(RowsQueryEvent)
    /// Context of a statement-based query that follows.
    case intVar(IntVarEvent)
    case rand(RandEvent)
    case userVar(UserVarEvent)
    /// The source shut down, or the file ends after a crash.
    case stop
    /// Nothing that changes data: TRANSACTION_CONTEXT, VIEW_CHANGE (group replication), blocks of a file that a later
    /// `LOAD DATA` loads, and events of unknown type that are marked as ignorable.
    case ignored
}
