/// The type codes of binlog events:
/// https://dev.mysql.com/doc/dev/mysql-server/latest/namespacemysql_1_1binlog_1_1event.html
public enum BinlogEventType: UInt8, Sendable, CaseIterable {
    case query = 2
    case stop = 3
    case rotate = 4
    case intVar = 5
    case appendBlock = 9
    case deleteFile = 11
    case rand = 13
    case userVar = 14
    case formatDescription = 15
    case xid = 16
    case beginLoadQuery = 17
    case executeLoadQuery = 18
    case tableMap = 19
    case writeRowsV1 = 23
    case updateRowsV1 = 24
    case deleteRowsV1 = 25
    case incident = 26
    case heartbeat = 27
    case ignorable = 28
    case rowsQuery = 29
    case writeRows = 30
    case updateRows = 31
    case deleteRows = 32
    case gtid = 33
    case anonymousGTID = 34
    case previousGTIDs = 35
    case transactionContext = 36
    case viewChange = 37
    case xaPrepare = 38
    case partialUpdateRows = 39
    case transactionPayload = 40
    case heartbeatV2 = 41
    case taggedGTID = 42
}
