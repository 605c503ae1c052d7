/// Why the local platform, or one of its servers, cannot run.
package struct ServerStackError: Error, Sendable, Equatable {
    /// The kind of failure. More may be added.
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String {
            case missingBinary, portInUse, diskSpace, homeInUse, homeUnusable, corruptData, serverFailed, timeout,
                keepsDying, invalidOptions, notRunning
        }
        private let value: Value

        /// A server's executable is neither in the cache nor on PATH.
        package static let missingBinary = Code(value: .missingBinary)
        /// Another process listens on a port that is needed.
        package static let portInUse = Code(value: .portInUse)
        /// The disk is (nearly) full.
        package static let diskSpace = Code(value: .diskSpace)
        /// Another process runs the platform in this home.
        package static let homeInUse = Code(value: .homeInUse)
        /// The home folder cannot be created, written or locked.
        package static let homeUnusable = Code(value: .homeUnusable)
        /// A server refuses its data folder.
        package static let corruptData = Code(value: .corruptData)
        /// A server ended while it was starting, or answered with an error.
        package static let serverFailed = Code(value: .serverFailed)
        /// A server did not answer in time.
        package static let timeout = Code(value: .timeout)
        /// A server died again and again.
        package static let keepsDying = Code(value: .keepsDying)
        package static let invalidOptions = Code(value: .invalidOptions)
        /// The operation needs a platform that runs.
        package static let notRunning = Code(value: .notRunning)

        package var description: String { value.rawValue }
    }

    package var code: Code
    /// The server it concerns, if any.
    package var server: StackServer?
    /// What happened, in one line.
    package var message: String
    /// What to do about it, in one line.
    package var remedy: String

    package init(_ code: Code, server: StackServer? = nil, message: String, remedy: String) {
        self.code = code
        self.server = server
        self.message = message
        self.remedy = remedy
    }
}

extension ServerStackError: CustomStringConvertible {
    package var description: String { "\(message)\n  fix: \(remedy)" }
}
