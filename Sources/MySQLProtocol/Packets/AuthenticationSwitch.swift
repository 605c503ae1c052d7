import ColumnarBytes

/// The server asks to authenticate with another plugin than the one it greeted with.
///
/// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_auth_switch_request.html
public struct AuthenticationSwitch: Equatable, Sendable {
    public static let kind: UInt8 = 0xFE

    public var plugin: String
    public var nonce: [UInt8]

    public init(plugin: String, nonce: [UInt8]) {
        self.plugin = plugin
        self.nonce = nonce
    }

    public init(decoding payload: UnsafeRawBufferPointer) throws(PacketError) {
        var cursor = ByteCursor(payload)
        try cursor.packetKind(AuthenticationSwitch.kind)
        if cursor.isAtEnd {
            // One byte alone means the scheme of MySQL before 4.1.
            plugin = "mysql_old_password"
            nonce = []
            return
        }
        plugin = String(decoding: try cursor.packetNullTerminated(), as: UTF8.self)
        nonce = Array(cursor.readRest())
        if nonce.last == 0 { nonce.removeLast() }
    }
}
