import MySQLProtocol

/// What the connection phase needs to know about us.
struct Login: Sendable {
    var user: String
    var password: String
    var database: String?
    var tls: TLSMode
    /// Whether nobody can listen even without TLS: a Unix socket.
    var isLocalSocket: Bool
    var allowsLocalData: Bool
    /// For error messages.
    var address: String

    init(_ endpoint: MySQLEndpoint) {
        user = endpoint.user
        password = endpoint.password
        database = endpoint.database
        isLocalSocket = endpoint.unixSocketPath != nil
        tls = isLocalSocket ? .disabled : endpoint.tls
        allowsLocalData = endpoint.allowsLocalData
        address = endpoint.address
    }

    /// What we ask for; the server's own flags limit it.
    var wantedCapabilities: Capabilities {
        var wanted: Capabilities = [
            .longPassword, .longFlag, .protocol41, .transactions, .secureConnection, .multiResults,
            .pluginAuthentication, .pluginAuthenticationLengthEncoded, .connectAttributes, .deprecateEOF,
        ]
        if database != nil { wanted.insert(.connectWithDatabase) }
        if allowsLocalData { wanted.insert(.localFiles) }
        if tls != .disabled { wanted.insert(.tls) }
        return wanted
    }

    static let attributes: [(name: String, value: String)] = [
        (name: "_client_name", value: "leat"), (name: "program_name", value: "leat"),
    ]
}
