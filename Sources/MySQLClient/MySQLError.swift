import MySQLProtocol

/// What went wrong between us and a MySQL server.
package struct MySQLError: Error, Equatable, Sendable {
    /// The kind of failure. A struct, so that new kinds do not break callers; compare with `==`.
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Base: String {
            case connectionFailed, tls, authentication, server, protocolViolation, timeout, closed, resultTooLarge
            case unsupported
        }

        private let base: Base

        /// No connection could be made: nobody listens, no such host, the network.
        package static let connectionFailed = Code(base: .connectionFailed)
        /// TLS was asked for and cannot be had, or the server's certificate is not to be trusted.
        package static let tls = Code(base: .tls)
        /// The server does not let this user in.
        package static let authentication = Code(base: .authentication)
        /// The server answered with an error; ``MySQLError/server`` holds it.
        package static let server = Code(base: .server)
        /// The server's bytes make no sense.
        package static let protocolViolation = Code(base: .protocolViolation)
        /// Nothing came in the time allowed; the connection was closed.
        package static let timeout = Code(base: .timeout)
        /// The connection ended, or was closed before the command.
        package static let closed = Code(base: .closed)
        /// A buffered result is larger than allowed; stream it instead.
        package static let resultTooLarge = Code(base: .resultTooLarge)
        /// The server lacks, or wants, something that this client does not do.
        package static let unsupported = Code(base: .unsupported)

        package var description: String { base.rawValue }
    }

    /// An error exactly as the server sent it.
    package struct ServerMessage: Hashable, Sendable {
        /// The error number, e.g. 1236.
        package var errno: UInt16
        /// Five characters, e.g. `HY000`; empty before the server knows that we can read it.
        package var sqlState: String
        package var text: String

        package init(errno: UInt16, sqlState: String, text: String) {
            self.errno = errno
            self.sqlState = sqlState
            self.text = text
        }
    }

    package var code: Code
    /// One line that names the cause; never holds a password.
    package var message: String
    /// One line that says what to do, where that is known here.
    package var remedy: String?
    package var server: ServerMessage?
    /// Whether the same thing may succeed if it is simply tried again.
    package var isTransient: Bool

    package init(
        _ code: Code,
        _ message: String,
        remedy: String? = nil,
        server: ServerMessage? = nil,
        isTransient: Bool? = nil
    ) {
        self.code = code
        self.message = message
        self.remedy = remedy
        self.server = server
        self.isTransient = isTransient ?? MySQLError.isTransient(code, server)
    }

    /// An error packet, as the outcome of a command.
    init(_ packet: ErrorPacket, code: Code = .server) {
        let server = ServerMessage(errno: packet.number, sqlState: packet.sqlState, text: packet.message)
        self.init(code, packet.message, server: server)
    }

    private static func isTransient(_ code: Code, _ server: ServerMessage?) -> Bool {
        if let server { return transientServerErrors.contains(server.errno) }
        return code == .connectionFailed || code == .timeout || code == .closed
    }

    /// https://dev.mysql.com/doc/mysql-errors/9.0/en/server-error-reference.html
    private static let transientServerErrors: Set<UInt16> = [
        1040,  // too many connections
        1041,  // out of resources
        1053,  // shutdown in progress
        1077,  // normal shutdown
        1079,  // shutdown complete
        1152, 1158, 1159, 1160, 1161,  // the connection to us broke or was slow
        1184,  // aborted connection
        1203,  // too many connections of this user
        1205,  // lock wait timeout
        1213,  // deadlock
        1226,  // a limit per hour or of connections of this user
        1317,  // query interrupted
        1412,  // table definition changed, retry the transaction
        1927,  // connection was killed (MariaDB)
        3024,  // execution time exceeded
        3032,  // server in offline mode
        3168, 3169,  // server isn't available, session was killed
        4031,  // disconnected by the server because of inactivity
    ]
}

extension MySQLError: CustomStringConvertible {
    package var description: String {
        guard let server else { return message }
        let state = server.sqlState.isEmpty ? "" : ", SQLSTATE \(server.sqlState)"
        return "\(message) (MySQL error \(server.errno)\(state))"
    }
}
