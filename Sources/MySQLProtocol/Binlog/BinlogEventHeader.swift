import ColumnarBytes

/// The 19 bytes that begin every event of binlog version 4:
/// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_replication_binlog_event.html
public struct BinlogEventHeader: Equatable, Sendable {
    /// Bytes of the header.
    public static let byteCount = 19

    /// Seconds since 1970 at which the statement began on the server that first ran it; 0 in artificial events.
    public let timestamp: UInt32
    /// The type code; see ``BinlogEventType``.
    public let typeCode: UInt8
    /// The `server_id` of the server that first wrote the event.
    public let serverID: UInt32
    /// Bytes of the whole event: header, body and checksum.
    public let eventLength: UInt32
    /// Where the next event begins in the file, modulo 2^32; 0 inside compressed transactions and in artificial events.
    public let nextPosition: UInt32
    public let flags: Flags

    /// What applies to the event as a whole.
    public struct Flags: OptionSet, Equatable, Sendable {
        public let rawValue: UInt16

        public init(rawValue: UInt16) { self.rawValue = rawValue }

        /// The binlog was not closed (only in FORMAT_DESCRIPTION; not covered by its checksum).
        public static let binlogInUse = Flags(rawValue: 0x01)
        /// Made up by the sender, not in the file.
        public static let artificial = Flags(rawValue: 0x20)
        /// May be skipped by who does not know the type.
        public static let ignorable = Flags(rawValue: 0x80)
    }

    /// nil where the type is unknown.
    public var type: BinlogEventType? { BinlogEventType(rawValue: typeCode) }

    public init(decoding bytes: inout ByteCursor) throws(ByteCursorError) {
        timestamp = try bytes.read()
        typeCode = try bytes.read()
        serverID = try bytes.read()
        eventLength = try bytes.read()
        nextPosition = try bytes.read()
        flags = Flags(rawValue: try bytes.read())
    }
}
