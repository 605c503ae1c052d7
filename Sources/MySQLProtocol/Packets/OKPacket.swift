import ColumnarBytes

/// A command went well; also the end of a result set, then with EOF's first byte.
///
/// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_ok_packet.html
public struct OKPacket: Equatable, Sendable {
    public static let kind: UInt8 = 0x00

    public var affectedRows: UInt64
    public var lastInsertID: UInt64
    public var status: ServerStatus
    public var warnings: UInt16
    /// The server's remark, e.g. `Records: 3  Duplicates: 0  Warnings: 0`.
    public var info: String

    public init(
        affectedRows: UInt64 = 0,
        lastInsertID: UInt64 = 0,
        status: ServerStatus = [],
        warnings: UInt16 = 0,
        info: String = ""
    ) {
        self.affectedRows = affectedRows
        self.lastInsertID = lastInsertID
        self.status = status
        self.warnings = warnings
        self.info = info
    }

    /// - Parameter endsRows: take 0xFE as first byte too, as at the end of a result set.
    public init(decoding payload: UnsafeRawBufferPointer, endsRows: Bool = false) throws(PacketError) {
        var cursor = ByteCursor(payload)
        try cursor.packetKind(endsRows ? EOFPacket.kind : OKPacket.kind)
        affectedRows = try LengthEncoding.readInteger(from: &cursor)
        lastInsertID = try LengthEncoding.readInteger(from: &cursor)
        status = ServerStatus(rawValue: try cursor.packetInteger(UInt16.self))
        warnings = try cursor.packetInteger(UInt16.self)
        // MySQL writes the rest of the packet, MariaDB a string with its length.
        var text = cursor.rest
        var lengthed = cursor
        if let bytes = try? LengthEncoding.readBytes(from: &lengthed), lengthed.isAtEnd { text = bytes }
        info = String(decoding: text, as: UTF8.self)
    }
}
