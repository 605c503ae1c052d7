import Console

/// A source of the configuration with all that runs for it: its pipeline, kept up by a ``PipelineSupervisor``, and what
/// compares both sides. The process knows no more of a source than this, so that a new kind of source is a new runtime,
/// and a line in ``SourceRuntimes``.
package protocol SourceRuntime: Sendable {
    /// As leat.yaml names the source.
    var name: String { get }
    var observer: MetricsObserver { get }
    /// Whether nothing is left to wait for: the pipeline knows its tables, or has failed.
    var isSettled: Bool { get async }

    /// Runs until cancelled; never ends by itself.
    func run() async

    /// Whether a table, as `leat status` names it, is one that the source is to follow.
    func follows(_ table: String) -> Bool

    /// Has every table copied again by a pipeline that has failed, which gives up its position.
    ///
    /// - Returns: false if it has not failed.
    func copyAgain() -> Bool

    /// Carries out an order about one table.
    ///
    /// - Throws: ``PipelineError``, for a pipeline that has failed one that says why.
    func perform(_ order: TableOrder, on table: String) async throws

    /// Writes rows again that differ.
    ///
    /// - Returns: what was done, a line for each table.
    func repair(_ order: RepairOrder) async throws -> [String]
}
