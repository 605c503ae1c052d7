import MySQLProtocol
import PipelineCore

/// What has to happen several times a second, whether or not anything arrives: batches are cut in time, waits are
/// checked, counts are passed on.
struct StreamPulse: Sendable {
    /// Between two reports of what came.
    private static let countInterval = Duration.milliseconds(200)

    let decoder: StreamDecoder
    let waits: ConditionWaits
    let heartbeat: HeartbeatMonitor?
    let observer: any ReplicationObserver
    /// How long a batch may wait to be cut.
    let batchInterval: Duration

    /// Runs until the task is cancelled.
    func run() async throws {
        let step = max(min(batchInterval / 4, .milliseconds(50)), .milliseconds(5))
        var countedAt = ContinuousClock.now
        while !Task.isCancelled {
            decoder.cutIfDue()
            waits.check()
            if ContinuousClock.now - countedAt >= Self.countInterval {
                countedAt = .now
                await report(decoder.takeCounts())
            }
            try await Task.sleep(for: step)
        }
    }

    private func report(_ counts: StreamCounts) async {
        observer.streamed(counts)
        if counts.isAlive { observer.heartbeat(.receive) }
        guard counts.heartbeatCommit > 0 else { return }
        await heartbeat?.received(at: Double(counts.heartbeatCommit) / 1_000_000)
    }
}
