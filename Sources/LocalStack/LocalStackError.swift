/// Why the local platform, or one of its servers, cannot run.
public struct LocalStackError: Error, Sendable, Equatable {
    /// The kind of failure. More may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String {
            case missingBinary, portInUse, diskSpace, homeInUse, homeUnusable, corruptData, serverFailed, timeout,
                keepsDying, invalidOptions, notRunning
        }
        private let value: Value

        /// A server's executable is neither in the cache nor on PATH.
        public static let missingBinary = Code(value: .missingBinary)
        /// Another process listens on a port that is needed.
        public static let portInUse = Code(value: .portInUse)
        /// The disk is (nearly) full.
        public static let diskSpace = Code(value: .diskSpace)
        /// Another process runs the platform in this home.
        public static let homeInUse = Code(value: .homeInUse)
        /// The home folder cannot be created, written or locked.
        public static let homeUnusable = Code(value: .homeUnusable)
        /// A server refuses its data folder.
        public static let corruptData = Code(value: .corruptData)
        /// A server ended while it was starting, or answered with an error.
        public static let serverFailed = Code(value: .serverFailed)
        /// A server did not answer in time.
        public static let timeout = Code(value: .timeout)
        /// A server died again and again.
        public static let keepsDying = Code(value: .keepsDying)
        public static let invalidOptions = Code(value: .invalidOptions)
        /// The operation needs a platform that runs.
        public static let notRunning = Code(value: .notRunning)

        public var description: String { value.rawValue }
    }

    public var code: Code
    /// The server it is about, if it is about one.
    public var server: StackServer?
    /// What happened, in one line.
    public var message: String
    /// What to do about it, in one line.
    public var remedy: String

    public init(_ code: Code, server: StackServer? = nil, message: String, remedy: String) {
        self.code = code
        self.server = server
        self.message = message
        self.remedy = remedy
    }
}

extension LocalStackError: CustomStringConvertible {
    public var description: String { "\(message)\n  fix: \(remedy)" }
}
