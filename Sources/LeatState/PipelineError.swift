/// What stops a pipeline or one of its tables: what happened, and what to do about it.
package struct PipelineError: Error, CustomStringConvertible, Sendable {
    /// What kind of trouble; decides the exit code and the alert's class.
    package enum Kind: String, Sendable {
        /// Something that must be so before the pipeline can run is not so: a privilege, a setting, a server.
        case precondition
        /// Another process runs the same pipeline, or has taken it over.
        case fenced
        /// ClickHouse holds something under a name that Leat needs and did not create.
        case unmanagedObject
        /// The state in `leat.*` contradicts itself.
        case corruptState
        /// The source cannot give what the pipeline still needs.
        case sourceLost
    }

    package var kind: Kind
    package var message: String
    /// What the user can do, in one line.
    package var remedy: String

    package init(_ kind: Kind, _ message: String, remedy: String) {
        self.kind = kind
        self.message = message
        self.remedy = remedy
    }

    package var description: String { "\(message)\n  fix: \(remedy)" }
}
