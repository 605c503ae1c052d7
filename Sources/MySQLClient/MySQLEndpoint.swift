/// Where a MySQL server is and who we are to it.
///
/// Printing it never shows the password.
package struct MySQLEndpoint: Sendable, Hashable {
    package var host: String
    /// 1…65535
    package var port: Int
    package var user: String
    package var password: String
    /// The default database of the session.
    package var database: String?
    package var tls: TLSMode
    /// PEM file with the authorities to trust for `verifyCA` and `verifyFull`; the system's own where `nil`.
    package var trustedCertificatesFile: String?
    /// For all of it: name look-up, TCP, TLS and logging in.
    package var connectTimeout: Duration
    /// When set, the socket is used in place of host and port, and never with TLS.
    package var unixSocketPath: String?
    /// Whether statements on this connection may be `LOAD DATA LOCAL`. The server can only get what the caller of
    /// ``MySQLConnection/loadData(_:body:timeout:)`` hands over: no file is ever opened.
    package var allowsLocalData: Bool

    package init(
        host: String,
        port: Int = 3306,
        user: String,
        password: String,
        database: String? = nil,
        tls: TLSMode = .preferred,
        trustedCertificatesFile: String? = nil,
        connectTimeout: Duration = .seconds(10),
        unixSocketPath: String? = nil,
        allowsLocalData: Bool = false
    ) {
        self.host = host
        self.port = port
        self.user = user
        self.password = password
        self.database = database
        self.tls = tls
        self.trustedCertificatesFile = trustedCertificatesFile
        self.connectTimeout = connectTimeout
        self.unixSocketPath = unixSocketPath
        self.allowsLocalData = allowsLocalData
    }

    /// `host:port`, or the socket's path.
    package var address: String {
        if let unixSocketPath { return unixSocketPath }
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}

extension MySQLEndpoint: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "\(user)@\(address)" }

    package var debugDescription: String { description }

    package var customMirror: Mirror {
        Mirror(self, children: ["address": address, "user": user, "database": database as Any, "tls": tls])
    }
}
