import ColumnarBytes

/// The server's greeting, protocol version 10: the first packet of a connection.
///
/// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_handshake_v10.html
public struct Handshake: Equatable, Sendable {
    /// As the server writes it, without the `5.5.5-` that MariaDB puts before its own for old replicas.
    public var serverVersion: String
    /// The connection's id on the server, as in `SHOW PROCESSLIST` and `KILL`.
    public var threadID: UInt32
    public var capabilities: Capabilities
    public var status: ServerStatus
    /// The number of the server's default collation.
    public var collation: UInt8
    /// The plugin that the server would like to authenticate with.
    public var authenticationPlugin: String
    /// Random bytes that the password's digest is mixed with; 20 without the closing zero byte.
    public var nonce: [UInt8]

    public init(
        serverVersion: String,
        threadID: UInt32,
        capabilities: Capabilities,
        status: ServerStatus = [],
        collation: UInt8 = 0,
        authenticationPlugin: String,
        nonce: [UInt8]
    ) {
        self.serverVersion = serverVersion
        self.threadID = threadID
        self.capabilities = capabilities
        self.status = status
        self.collation = collation
        self.authenticationPlugin = authenticationPlugin
        self.nonce = nonce
    }

    public var isMariaDB: Bool { serverVersion.contains("MariaDB") }

    /// - Throws: `.unsupportedProtocol` for another version than 10, `.truncated` where `payload` ends early.
    ///   Bytes after the plugin's name are allowed, as the manual leaves room there.
    public init(decoding payload: UnsafeRawBufferPointer) throws(PacketError) {
        var cursor = ByteCursor(payload)
        let version = try cursor.packetInteger(UInt8.self)
        guard version == 10 else { throw .unsupportedProtocol(version: version) }
        let name = String(decoding: try cursor.packetNullTerminated(), as: UTF8.self)
        let isDisguised = name.hasPrefix("5.5.5-") && name.contains("MariaDB")
        serverVersion = isDisguised ? String(name.dropFirst(6)) : name
        threadID = try cursor.packetInteger(UInt32.self)
        nonce = Array(try cursor.packetBytes(8))
        _ = try cursor.packetInteger(UInt8.self)
        let capabilitiesLow = try cursor.packetInteger(UInt16.self)
        if cursor.isAtEnd {
            // Servers before 4.1 stop here; what they lack is found missing from the capabilities.
            capabilities = Capabilities(rawValue: UInt32(capabilitiesLow))
            collation = 0
            status = []
            authenticationPlugin = ""
            return
        }
        collation = try cursor.packetInteger(UInt8.self)
        status = ServerStatus(rawValue: try cursor.packetInteger(UInt16.self))
        let capabilitiesHigh = try cursor.packetInteger(UInt16.self)
        capabilities = Capabilities(rawValue: UInt32(capabilitiesHigh) << 16 | UInt32(capabilitiesLow))
        let nonceLength = Int(try cursor.packetInteger(UInt8.self))
        _ = try cursor.packetBytes(10)
        if capabilities.contains(.secureConnection) {
            nonce += try cursor.packetBytes(max(13, nonceLength - 8))
            if nonce.last == 0 { nonce.removeLast() }
        }
        authenticationPlugin = ""
        if capabilities.contains(.pluginAuthentication) {
            // Some old servers forget the closing zero byte (MySQL bug 59453).
            let rest = cursor.rest
            authenticationPlugin = String(decoding: rest.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
