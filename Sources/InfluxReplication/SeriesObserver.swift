import LeatState
import PipelineCore
import Warehouse

/// What a pipeline of measurements reports while it runs, for metrics and progress; called from any thread, must not
/// block.
package protocol SeriesObserver: Sendable {
    /// Both sides were checked, all measurements are known, and the pipeline begins to follow them.
    func started()
    /// Points of a measurement are in the warehouse.
    func pointsWritten(table: String, points: Int, bytes: Int, origin: SeriesOrigin, duration: Duration)
    /// Pushed points can be queried; `age` since the push came in.
    func pushVisible(age: Duration)
    /// The state of a measurement changed.
    func tableChanged(_ state: TableState)
    /// Seconds by which the warehouse is behind the source; 0 when it has everything that is known.
    func lag(seconds: Double)
    /// Pushed bytes that wait, of how many may.
    func queue(bytes: Int, capacity: Int)
    /// A push was refused because too much waited; the windowed reads bring its points.
    func pushRefused()
    /// Windows whose counts were compared, and how many of them differed and are read again.
    func windowsCompared(table: String, windows: Int, different: Int)
    /// Windows that still lack points after they were read again; 0 where none does.
    func windowsDiffer(table: String, windows: Int)
    /// Whether the source pushes to us; otherwise it is polled.
    func subscribed(_ isSubscribed: Bool)
    /// Something failed that is retried (`retry`), that an operator should know (`notify`) or that ends it (`stop`).
    func failed(_ reaction: SeriesFailure, stage: SeriesStage, message: String)
    /// A stage has shown a sign of life.
    func heartbeat(_ stage: SeriesStage)
    /// No pushed points wait for the warehouse.
    func nothingWaits()
}

/// How points came into the warehouse.
package enum SeriesOrigin: String, Sendable, CaseIterable {
    /// The source pushed them.
    case push
    /// They were read in a window.
    case read
    /// They belong to the first copy, or to a backfill.
    case copy
}

/// Where in a pipeline something happens.
package enum SeriesStage: String, Sendable, CaseIterable {
    case source, receive, read, insert, checkpoint, discovery, warehouse
}

/// What a failure leads to.
package enum SeriesFailure: String, Sendable, CaseIterable {
    /// It is tried again.
    case retry
    /// Something stays undone until an operator acts; the rest continues.
    case notify
    /// The pipeline ends.
    case stop
}

/// An observer that listens to nothing.
package struct SilentSeriesObserver: SeriesObserver {
    package init() {}
    package func started() {}
    package func pointsWritten(table: String, points: Int, bytes: Int, origin: SeriesOrigin, duration: Duration) {}
    package func pushVisible(age: Duration) {}
    package func tableChanged(_ state: TableState) {}
    package func lag(seconds: Double) {}
    package func queue(bytes: Int, capacity: Int) {}
    package func pushRefused() {}
    package func windowsCompared(table: String, windows: Int, different: Int) {}
    package func windowsDiffer(table: String, windows: Int) {}
    package func subscribed(_ isSubscribed: Bool) {}
    package func failed(_ reaction: SeriesFailure, stage: SeriesStage, message: String) {}
    package func heartbeat(_ stage: SeriesStage) {}
    package func nothingWaits() {}
}
