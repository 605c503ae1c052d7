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

    package func failed(_ reaction: SeriesFailure, stage: SeriesStage, message: String) {
        let place: Stage =
            switch stage {
            case .source, .receive: .receive
            case .read: .snapshot
            case .insert, .warehouse: .insert
            case .checkpoint: .acknowledge
            case .discovery: .decode
            }
        switch reaction {
        case .retry:
            metrics.countError(place, .retry)
            stageFailed(stage.rawValue, message)
            switch stage {
            case .source, .receive, .read, .discovery: metrics.up.set(0)
            case .insert, .checkpoint, .warehouse: warehouseUp.set(0)
            }
        case .notify: metrics.countError(place, .notify)
        case .stop: metrics.countError(place, .stop)
        }
    }

    package func heartbeat(_ stage: SeriesStage) {
        switch stage {
        case .source: metrics.up.set(1)
        case .receive:
            metrics.beat(.receive)
            metrics.beat(.decode)
        case .read: metrics.up.set(1)
        case .insert:
            metrics.beat(.insert)
            warehouseUp.set(1)
        case .checkpoint:
            metrics.beat(.acknowledge)
            warehouseUp.set(1)
        case .discovery: metrics.up.set(1)
        case .warehouse: warehouseUp.set(1)
        }
        stageWorked(stage.rawValue)
        if stage == .discovery { stageWorked(SeriesStage.read.rawValue) }
    }
}
