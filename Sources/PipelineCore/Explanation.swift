/// What is wrong, and what to do about it.
package struct Explanation: Sendable, Hashable, Codable {
    /// Without a full stop.
    package var cause: String
    /// A command where there is one; empty if nobody can say.
    package var remedy: String

    package init(cause: String, remedy: String) {
        self.cause = cause
        self.remedy = remedy
    }

    /// Of an error that may have none.
    package init(of error: any Error) {
        self =
            (error as? any ExplainedError)?.explanation
            ?? Explanation(cause: "\(error)", remedy: "please report this; it should not happen")
    }

    /// Of an error after which something is tried again: where nobody can say what to do, waiting may be all.
    package init(ofRetried error: any Error) {
        self = (error as? any ExplainedError)?.explanation ?? Explanation(cause: "\(error)", remedy: "")
    }

    /// As the command line prints it.
    package var text: String { remedy.isEmpty ? cause : "\(cause)\n  fix: \(remedy)" }
}

/// An error for which a user can do something.
package protocol ExplainedError: Error {
    var explanation: Explanation { get }
}
