/// Why a request to ClickHouse failed.
package struct ClickHouseError: Error, Sendable {
    /// What kind of failure it was; new kinds can be added without breaking callers.
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        enum Kind: String {
            case server, authentication, accessDenied, readOnly, unknownTable, unknownDatabase, tooManyParts,
                memoryLimit
            case noSpace, overloaded, connectionFailed, connectionLost, timeout, cancelled, protocolViolation, closed
            case resultTooLarge, invalidRequest
        }

        let kind: Kind

        /// The server answered with an exception that has no code of its own here.
        package static let server = Self(kind: .server)
        /// Unknown user or wrong password.
        package static let authentication = Self(kind: .authentication)
        /// The user lacks a grant.
        package static let accessDenied = Self(kind: .accessDenied)
        /// The user, or the server, is read-only.
        package static let readOnly = Self(kind: .readOnly)
        package static let unknownTable = Self(kind: .unknownTable)
        package static let unknownDatabase = Self(kind: .unknownDatabase)
        /// Merges do not keep up with inserts.
        package static let tooManyParts = Self(kind: .tooManyParts)
        /// The query, the user or the server reached its memory limit.
        package static let memoryLimit = Self(kind: .memoryLimit)
        /// The server's disk is full.
        package static let noSpace = Self(kind: .noSpace)
        /// The server takes no more queries now.
        package static let overloaded = Self(kind: .overloaded)
        /// No connection came about; the server got nothing.
        package static let connectionFailed = Self(kind: .connectionFailed)
        /// The connection ended before the answer did.
        package static let connectionLost = Self(kind: .connectionLost)
        /// Our own deadline, or one of the server's.
        package static let timeout = Self(kind: .timeout)
        /// The task was cancelled, or the query killed.
        package static let cancelled = Self(kind: .cancelled)
        /// The answer is not what ClickHouse sends.
        package static let protocolViolation = Self(kind: .protocolViolation)
        /// The client was shut down.
        package static let closed = Self(kind: .closed)
        /// A result is larger than the caller allows.
        package static let resultTooLarge = Self(kind: .resultTooLarge)
        /// The request cannot be sent: an unusable URL, a setting's name that is none.
        package static let invalidRequest = Self(kind: .invalidRequest)

        package var description: String { kind.rawValue }
    }

    package var code: Code
    /// One line for people. It can quote the server, and the server can quote the query.
    package var message: String
    /// What the server said, if it was the server that failed.
    package var server: ServerException?
    /// Whether the same request may succeed later without anybody doing anything.
    package var isTransient: Bool
    /// Whether the server may have carried out the request, in whole or in part, although it failed for us.
    package var isAnswerUncertain: Bool
    /// The failed query's id, to find it in `system.query_log`.
    package var queryID: String?

    package init(
        code: Code,
        message: String,
        server: ServerException? = nil,
        isTransient: Bool = false,
        isAnswerUncertain: Bool = false,
        queryID: String? = nil
    ) {
        self.code = code
        self.message = message
        self.server = server
        self.isTransient = isTransient
        self.isAnswerUncertain = isAnswerUncertain
        self.queryID = queryID
    }
}

extension ClickHouseError: CustomStringConvertible {
    package var description: String {
        guard let server else { return "ClickHouse: \(message) (\(code))" }
        return
            "ClickHouse: \(message) (\(server.name.isEmpty ? "code \(server.code)" : "\(server.code) \(server.name)"))"
    }
}
