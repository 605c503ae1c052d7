/// What a client asks a server to do, once it is logged in.
///
/// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_command_phase.html
public enum Command: Equatable, Sendable {
    /// `COM_QUIT`: the server closes the connection without an answer.
    case quit
    /// `COM_QUERY`: one statement, answered by text rows.
    case query(String)
    /// `COM_PING`
    case ping
    /// `COM_REGISTER_SLAVE`: shows up in `SHOW REPLICAS` under this id.
    case registerReplica(serverID: UInt32)
    /// `COM_BINLOG_DUMP_GTID`: send every transaction that the set lacks, then wait for more.
    case dumpBinlog(serverID: UInt32, encodedGTIDSet: [UInt8])

    /// The packet's payload.
    public func encoded() -> [UInt8] {
        switch self {
        case .quit: return [0x01]
        case .query(let sql):
            var bytes: [UInt8] = []
            bytes.reserveCapacity(sql.utf8.count + 1)
            bytes.append(0x03)
            bytes.append(contentsOf: sql.utf8)
            return bytes
        case .ping: return [0x0E]
        case .registerReplica(let serverID):
            var bytes: [UInt8] = [0x15]
            LengthEncoding.appendLittleEndian(serverID, to: &bytes)
            // Host name, user and password (empty), port, recovery rank and the source's id (0): only for display.
            bytes.append(contentsOf: repeatElement(0, count: 3 + 2 + 4 + 4))
            return bytes
        case .dumpBinlog(let serverID, let encodedGTIDSet):
            var bytes: [UInt8] = [0x1E]
            LengthEncoding.appendLittleEndian(Command.throughGTID, to: &bytes)
            LengthEncoding.appendLittleEndian(serverID, to: &bytes)
            LengthEncoding.appendLittleEndian(UInt32(0), to: &bytes)  // no file name: the set alone decides
            LengthEncoding.appendLittleEndian(UInt64(4), to: &bytes)  // after the file's magic number
            LengthEncoding.appendLittleEndian(UInt32(truncatingIfNeeded: encodedGTIDSet.count), to: &bytes)
            bytes.append(contentsOf: encodedGTIDSet)
            return bytes
        }
    }

    /// `BINLOG_THROUGH_GTID`
    private static let throughGTID: UInt16 = 0x04
}
