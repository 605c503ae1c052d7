/// Why nothing can be said about whether source and warehouse are equal.
package struct VerificationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Why there was nothing to compare, or no way to.
    package enum Kind: Sendable, Hashable {
        /// No table was given.
        case nothingToCompare
        /// The pipeline has never run against this ClickHouse.
        case pipelineUnknown
        /// The pipeline does not run, and the warehouse is behind the source.
        case pipelineStopped
        /// The pipeline runs but did not reach the source's position in time.
        case pipelineBehind
        /// The source host that is read has not executed what the warehouse holds already.
        case sourceBehind
        /// The source does not show all of a table's definition.
        case unreadableTable
    }

    package var kind: Kind
    /// One line that names the cause.
    package var message: String
    /// One line that says what to do.
    package var remedy: String

    package init(_ kind: Kind, _ message: String, remedy: String) {
        self.kind = kind
        self.message = message
        self.remedy = remedy
    }

    /// What `leat verify` ends with: a precondition is missing.
    package var exitCode: Int32 { 3 }

    package var description: String { "\(message)\n  fix: \(remedy)" }
}
