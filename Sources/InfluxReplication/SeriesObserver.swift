import LeatState
import Observability
import PipelineCore
import Warehouse

/// What a pipeline from InfluxDB reports besides.
package protocol SeriesObserver: PipelineObserver {
    /// Points of a measurement are in the warehouse.
    func pointsWritten(table: String, points: Int, bytes: Int, origin: SeriesOrigin, duration: Duration)
    /// Pushed points can be queried; `age` since the push came in.
    func pushVisible(age: Duration)
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
    package func failed(_ reaction: ErrorClass, stage: PipelineStage, _ explanation: Explanation) {}
    package func heartbeat(_ stage: PipelineStage) {}
    package func nothingWaits() {}
}
