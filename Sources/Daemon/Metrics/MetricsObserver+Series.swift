import InfluxReplication
import Observability
import PipelineCore

extension MetricsObserver: SeriesObserver {
    package func pointsWritten(table: String, points: Int, bytes: Int, origin: SeriesOrigin, duration: Duration) {
        measurements?.countPoints(points, of: table, origin: origin.rawValue)
        switch origin {
        case .push: handles(of: table).insertedRows.increment(by: points)
        case .copy: countCopied(UInt64(clamping: points), of: table)
        case .read: break
        }
        metrics.writtenBytes.increment(by: bytes)
        metrics.batchRows.observe(Double(points))
        metrics.batchBytes.observe(Double(bytes))
        metrics.insertDuration.observe(duration)
        metrics.observe(.insert, duration)
        metrics.countBatch(origin == .copy ? .range : origin == .push ? .stream : .repair)
    }

    package func lag(seconds: Double) { lag(LagParts(stream: seconds)) }

    package func pushVisible(age: Duration) { measurements?.pushAge.observe(age) }

    package func queue(bytes: Int, capacity: Int) {
        metrics.queueBytes.set(bytes)
        metrics.queueCapacityBytes.set(capacity)
    }

    package func pushRefused() { measurements?.pushesRefused.increment() }

    package func windowsCompared(table: String, windows: Int, different: Int) {
        measurements?.countWindows(windows, different: different, of: table)
    }

    package func windowsDiffer(table: String, windows: Int) {
        differencesSeen(table: table, windows: windows)
    }

    package func subscribed(_ isSubscribed: Bool) { measurements?.subscribed.set(isSubscribed ? 1 : 0) }

    package func nothingWaits() {
        metrics.beat(.queue)
        metrics.beat(.insert)
    }
}
