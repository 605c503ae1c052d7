/// Why a pipeline has ended: one line of cause, one of remedy.
public struct PipelineFailure: Sendable, Equatable {
    public enum Kind: Sendable, Equatable {
        /// Another process has taken the pipeline over.
        case fenced
        /// A server refused the user or the password.
        case logInRefused
        /// Everything else: it may pass, or be over once somebody has carried out the remedy.
        case other
    }

    public var kind: Kind
    public var cause: String
    public var remedy: String

    public init(_ kind: Kind, cause: String, remedy: String) {
        self.kind = kind
        self.cause = cause
        self.remedy = remedy
    }
}
