import LeatState
import Observability

/// Where in a pipeline something happens.
package enum PipelineStage: String, Sendable, CaseIterable {
    /// Asking the source how it is, and what it has.
    case source
    /// Taking what the source sends by itself: the binlog, pushed points.
    case receive
    /// Finding out what a database of measurements has.
    case discovery
    /// Reading points that were not pushed.
    case read
    /// Copying rows that exist already.
    case snapshot
    /// Writing to ClickHouse.
    case insert
    /// Saving how far the pipeline is.
    case checkpoint
    /// Following a change of the schema.
    case ddl
    /// Anything else that is asked of ClickHouse.
    case warehouse
}

/// What every pipeline reports while it runs, for metrics, health and progress; called from any thread, must not block.
package protocol PipelineObserver: Sendable {
    /// Both sides were checked, all tables are known, and the pipeline begins to follow the source.
    func started()
    /// The state of a table or a measurement changed.
    func tableChanged(_ state: TableState)
    /// Something failed that is retried (`retry`), that an operator should know (`notify`) or that ends it (`stop`).
    func failed(_ reaction: ErrorClass, stage: PipelineStage, _ explanation: Explanation)
    /// A stage has shown a sign of life.
    func heartbeat(_ stage: PipelineStage)
}

extension PipelineObserver {
    /// - Parameter part: what failed, in front of the cause.
    package func failed(_ reaction: ErrorClass, stage: PipelineStage, _ error: any Error, of part: String = "") {
        var explanation = Explanation(ofRetried: error)
        if !part.isEmpty { explanation.cause = "\(part): \(explanation.cause)" }
        failed(reaction, stage: stage, explanation)
    }
}
