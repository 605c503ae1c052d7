/// Why a pipeline has ended: one line of cause, one of remedy.
package struct PipelineFailure: Sendable, Equatable {
    /// What kind of failure it is: decides when the pipeline is tried again.
    package enum Kind: Sendable, Equatable {
        /// Another process has taken the pipeline over.
        case fenced
        /// A server refused the user or the password.
        case logInRefused
        /// Everything else: it may pass, or be over once the remedy has been carried out.
        case other
    }

    package var kind: Kind
    package var cause: String
    package var remedy: String

    package init(_ kind: Kind, cause: String, remedy: String) {
        self.kind = kind
        self.cause = cause
        self.remedy = remedy
    }
}
