import LeatState

/// What the process needs of a pipeline, whatever its source is. It runs once: a new one is made to run it again.
package protocol SourcePipeline: Actor {
    /// Both sides were checked, and all tables are known.
    var isStarted: Bool { get }

    /// Runs until the task is cancelled, which ends it cleanly.
    func run() async throws
    /// Copies a table again, in place, and releases it from quarantine.
    func resync(_ table: String) async throws
    /// Stops following a table until it is resumed.
    func pause(_ table: String) async throws
    /// Follows a paused table again: copies it again, in place.
    func resume(_ table: String) async throws
    /// Forgets a table that the source no longer has.
    func forget(_ table: String) async throws
}

extension SourcePipeline {
    package func pause(_ table: String) async throws { throw Self.unsupported("paused", table) }
    package func resume(_ table: String) async throws { throw Self.unsupported("resumed", table) }
    package func forget(_ table: String) async throws { throw Self.unsupported("forgotten", table) }

    private static func unsupported(_ what: String, _ table: String) -> PipelineError {
        PipelineError(
            .precondition,
            "`\(table)` cannot be \(what): pipelines of this kind do not support it yet",
            remedy: "leave it out of tables: in leat.yaml, or leat tables resync \(table)"
        )
    }
}
