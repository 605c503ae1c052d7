/// Why a request to InfluxDB failed.
public struct InfluxError: Error, Sendable {
    /// What kind of failure it was; new kinds can be added without breaking callers.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        enum Kind: String {
            case server, authentication, accessDenied, unknownDatabase, unknownRetentionPolicy, partialWrite, refused
            case tooLarge, overloaded, connectionFailed, connectionLost, timeout, cancelled, protocolViolation, closed
            case resultTooLarge, invalidRequest, unexpectedColumn, typeMismatch
        }

        let kind: Kind

        /// The server answered with an error that has no code of its own here.
        public static let server = Self(kind: .server)
        /// Unknown user, wrong password or token.
        public static let authentication = Self(kind: .authentication)
        /// The user lacks a right.
        public static let accessDenied = Self(kind: .accessDenied)
        public static let unknownDatabase = Self(kind: .unknownDatabase)
        public static let unknownRetentionPolicy = Self(kind: .unknownRetentionPolicy)
        /// Some points of a write were taken and others refused for good; see ``InfluxError/partialWrite``.
        public static let partialWrite = Self(kind: .partialWrite)
        /// The server took no point of a write, or does not understand a statement; it will not be different next time.
        public static let refused = Self(kind: .refused)
        /// The body is larger than the server takes.
        public static let tooLarge = Self(kind: .tooLarge)
        /// The server takes no more now.
        public static let overloaded = Self(kind: .overloaded)
        /// No connection came about; the server got nothing.
        public static let connectionFailed = Self(kind: .connectionFailed)
        /// The connection ended before the answer did.
        public static let connectionLost = Self(kind: .connectionLost)
        /// Our own deadline, or one of the server's.
        public static let timeout = Self(kind: .timeout)
        /// The task was cancelled.
        public static let cancelled = Self(kind: .cancelled)
        /// The answer is not what InfluxDB sends.
        public static let protocolViolation = Self(kind: .protocolViolation)
        /// The client was shut down.
        public static let closed = Self(kind: .closed)
        /// A result is larger than the caller allows.
        public static let resultTooLarge = Self(kind: .resultTooLarge)
        /// The request cannot be sent: an unusable URL, a password with control characters.
        public static let invalidRequest = Self(kind: .invalidRequest)
        /// A streamed result has a column, or a tag, that the caller did not name: a new one has appeared.
        public static let unexpectedColumn = Self(kind: .unexpectedColumn)
        /// A value does not have the type that the caller named for its column: the field's type has changed.
        public static let typeMismatch = Self(kind: .typeMismatch)

        public var description: String { kind.rawValue }
    }

    public var code: Code
    /// One line for people. It can quote the server, and the server can quote the query or a line.
    public var message: String
    /// The HTTP status, where there was an answer.
    public var status: Int?
    /// For a write of which only a part was taken, or of which single lines were refused.
    public var partialWrite: PartialWrite?
    /// The column, for `.unexpectedColumn` and `.typeMismatch`.
    public var column: String?
    /// Whether the same request may succeed later without anybody doing anything.
    public var isTransient: Bool
    /// Whether the server may have carried out the request, in whole or in part, although it failed for us. Writing the
    /// same points again does no harm: InfluxDB keeps one value per series, time and field.
    public var isAnswerUncertain: Bool

    public init(
        code: Code,
        message: String,
        status: Int? = nil,
        partialWrite: PartialWrite? = nil,
        column: String? = nil,
        isTransient: Bool = false,
        isAnswerUncertain: Bool = false
    ) {
        self.code = code
        self.message = message
        self.status = status
        self.partialWrite = partialWrite
        self.column = column
        self.isTransient = isTransient
        self.isAnswerUncertain = isAnswerUncertain
    }
}

extension InfluxError: CustomStringConvertible {
    public var description: String { "InfluxDB: \(message) (\(code))" }
}
