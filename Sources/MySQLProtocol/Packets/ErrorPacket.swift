import ColumnarBytes

/// A command failed, or the server will not talk to us.
///
/// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_err_packet.html
public struct ErrorPacket: Equatable, Sendable {
    public static let kind: UInt8 = 0xFF

    /// The server's error number, e.g. 1045.
    public var number: UInt16
    /// Five characters, e.g. `28000`; empty where the server did not know yet that we can read it.
    public var sqlState: String
    public var message: String

    public init(number: UInt16, sqlState: String, message: String) {
        self.number = number
        self.sqlState = sqlState
        self.message = message
    }

    public init(decoding payload: UnsafeRawBufferPointer) throws(PacketError) {
        var cursor = ByteCursor(payload)
        try cursor.packetKind(ErrorPacket.kind)
        number = try cursor.packetInteger(UInt16.self)
        sqlState = ""
        if cursor.rest.first == UInt8(ascii: "#"), cursor.remaining >= 6 {
            sqlState = String(decoding: try cursor.packetBytes(6).dropFirst(), as: UTF8.self)
        }
        message = String(decoding: cursor.readRest(), as: UTF8.self)
    }
}
