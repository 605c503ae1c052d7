/// The client's answer to the greeting: who it is, what it can do and the first proof that it knows the password.
///
/// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_handshake_response.html
public struct HandshakeResponse: Equatable, Sendable {
    /// utf8mb4_general_ci: known to MySQL and MariaDB alike, and its number fits the one byte there is for it.
    public static let utf8mb4Collation: UInt8 = 45
    /// The largest packet that we take, in bytes: the server's own upper limit.
    public static let packetBytesMax: UInt32 = 1 << 30

    public var capabilities: Capabilities
    public var user: String
    /// The plugin's first answer: a scrambled password, empty for an empty one.
    public var authentication: [UInt8]
    public var authenticationPlugin: String
    /// Sent when ``Capabilities/connectWithDatabase`` is among the capabilities.
    public var database: String?
    /// Names and values for `performance_schema.session_connect_attrs`.
    public var attributes: [(name: String, value: String)]

    public init(
        capabilities: Capabilities,
        user: String,
        authentication: [UInt8],
        authenticationPlugin: String,
        database: String? = nil,
        attributes: [(name: String, value: String)] = []
    ) {
        self.capabilities = capabilities
        self.user = user
        self.authentication = authentication
        self.authenticationPlugin = authenticationPlugin
        self.database = database
        self.attributes = attributes
    }

    public static func == (left: HandshakeResponse, right: HandshakeResponse) -> Bool {
        left.encoded() == right.encoded()
    }

    /// The payload. Text fields end at a zero byte, so none may hold one.
    public func encoded() -> [UInt8] {
        var bytes = HandshakeResponse.prefix(capabilities)
        HandshakeResponse.appendNullTerminated(user, to: &bytes)
        if capabilities.contains(.pluginAuthenticationLengthEncoded) {
            LengthEncoding.append(authentication, to: &bytes)
        } else {
            bytes.append(UInt8(truncatingIfNeeded: min(authentication.count, 255)))
            bytes.append(contentsOf: authentication.prefix(255))
        }
        if capabilities.contains(.connectWithDatabase) {
            HandshakeResponse.appendNullTerminated(database ?? "", to: &bytes)
        }
        if capabilities.contains(.pluginAuthentication) {
            HandshakeResponse.appendNullTerminated(authenticationPlugin, to: &bytes)
        }
        if capabilities.contains(.connectAttributes) {
            var pairs: [UInt8] = []
            for (name, value) in attributes {
                LengthEncoding.append(name.utf8, to: &pairs)
                LengthEncoding.append(value.utf8, to: &pairs)
            }
            LengthEncoding.append(pairs, to: &bytes)
        }
        return bytes
    }

    /// The payload of the packet that asks for TLS: the response's own beginning, sent in the clear.
    public static func tlsRequest(_ capabilities: Capabilities) -> [UInt8] { prefix(capabilities) }

    private static func prefix(_ capabilities: Capabilities) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(128)
        LengthEncoding.appendLittleEndian(capabilities.rawValue, to: &bytes)
        LengthEncoding.appendLittleEndian(packetBytesMax, to: &bytes)
        bytes.append(utf8mb4Collation)
        bytes.append(contentsOf: repeatElement(0, count: 23))
        return bytes
    }

    private static func appendNullTerminated(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: text.utf8)
        bytes.append(0)
    }
}
