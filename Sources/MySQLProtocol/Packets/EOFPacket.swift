import ColumnarBytes

/// The end of column definitions or rows, where ``Capabilities/deprecateEOF`` was not agreed on, and of a binlog dump.
///
/// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_eof_packet.html
public struct EOFPacket: Equatable, Sendable {
    public static let kind: UInt8 = 0xFE

    public var warnings: UInt16
    public var status: ServerStatus

    public init(warnings: UInt16 = 0, status: ServerStatus = []) {
        self.warnings = warnings
        self.status = status
    }

    public init(decoding payload: UnsafeRawBufferPointer) throws(PacketError) {
        var cursor = ByteCursor(payload)
        try cursor.packetKind(EOFPacket.kind)
        if cursor.isAtEnd {
            // The end of a binlog dump may be the one byte.
            warnings = 0
            status = []
            return
        }
        warnings = try cursor.packetInteger(UInt16.self)
        status = ServerStatus(rawValue: try cursor.packetInteger(UInt16.self))
        try cursor.packetEnd()
    }
}
