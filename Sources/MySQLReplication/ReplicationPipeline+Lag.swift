import ClickHouseClient
import LeatState
import MySQLClient
import MySQLProtocol
import Pipeline

/// How late the pipeline is. Each server is asked by a task of its own, with a limit of time, and what is known is put
/// together by another that never waits: so the lag rises, too, while a server hangs.
extension ReplicationPipeline {
    /// How long an answer may take that costs a server nothing.
    private static let answerTimeout = Duration.seconds(3)
    /// Silence that is normal: servers are asked more often.
    private static let silenceMax = Duration.seconds(2)

    /// Asks the host that is read from, twice a second, how far it is, and whether it still replicates itself.
    func watchSource() async {
        var inspector: SourceInspector?
        var isFirst = true
        var round = 0
        while !Task.isCancelled, failure == nil {
            do {
                if inspector == nil || inspector?.endpoint.address != endpoint.address {
                    await inspector?.close()
                    inspector = nil
                    var endpoint = endpoint
                    endpoint.connectTimeout = min(endpoint.connectTimeout, .seconds(5))
                    let opened = try await SourceInspector(endpoint: endpoint, logger: logger)
                    inspector = opened
                    freshness.hostChanged()
                    runway.hostChanged()
                    if !isFirst { observer.reconnected() }
                    isFirst = false
                    round = 0
                }
                if let inspector { try await look(at: inspector, round: round) }
                round += 1
            } catch {
                await inspector?.close()
                inspector = nil
                if Task.isCancelled { break }
                observer.failed(.retry, stage: .source, message: "\(error)")
            }
            try? await Task.sleep(for: .milliseconds(500))
        }
        await inspector?.close()
    }

    private func look(at inspector: SourceInspector, round: Int) async throws {
        if round % 120 == 0 {
            runway.retention = try await inspector.binlogRetention(timeout: Self.answerTimeout)
        }
        if round % 2 == 0 {
            let status = try await ReplicaStatus.read(inspector.connection, timeout: Self.answerTimeout)
            replica.observe(status, at: Self.now)
        }
        // What is committed while the answer is on its way is not in it.
        let asked = Self.now
        let sighting = try await inspector.sighting(timeout: Self.answerTimeout)
        sourcePosition = sighting.executed
        freshness.sighted(sighting.executed, applied: applied.snapshot.position, at: asked)
        runway.sighted(executed: sighting.executed, purged: sighting.purged, at: asked)
        observer.heartbeat(.source)
    }

    /// Sees, once a second, whether ClickHouse answers.
    func watchWarehouse() async {
        while !Task.isCancelled, failure == nil {
            do {
                try await client.ping(timeout: Self.answerTimeout)
                warehouseSeenAt = .now
                observer.heartbeat(.warehouse)
            } catch {
                if Task.isCancelled { break }
                observer.failed(.retry, stage: .warehouse, message: "\(error)")
            }
            try? await Task.sleep(for: .seconds(1))
        }
    }

    /// Twice a second: works out the lag from what is known, and says which steps have nothing to do.
    func watchLag() async {
        while !Task.isCancelled, failure == nil {
            let now = Self.now
            let state = applied.snapshot
            freshness.update(applied: state.position)
            let silence = ContinuousClock.now - warehouseSeenAt
            let parts = LagParts(
                replica: replica.lag(at: now),
                stream: freshness.lag(at: now),
                warehouse: silence > Self.silenceMax ? silence / .seconds(1) : 0
            )
            lagSeconds = parts.seconds
            observer.lag(parts)
            observer.binlogRunway(seconds: runway.seconds(applied: state.position, lag: lagSeconds, at: now))
            tellHeartbeats(at: now)
            observer.acknowledged(state.acknowledged)
            if writes.isEmpty, decoder?.isIdle ?? false {
                observer.idle(.queue)
                observer.idle(.insert)
            }
            if !tables.values.contains(where: { $0.state.phase == .snapshotting }) { observer.copiesEnded() }
            try? await Task.sleep(for: .milliseconds(500))
        }
    }

    /// Notes when the source committed the newest transaction of a batch that is written. It counts once all batches
    /// before it are, too.
    func noteCommit(_ commit: Int64, ofBatch number: UInt64) {
        if commit > 0 { commits[number] = max(commits[number] ?? 0, commit) }
        let acknowledged = applied.snapshot.acknowledged
        let done = commits.filter { $0.key <= acknowledged }
        guard let newest = done.values.max() else { return }
        for number in done.keys { commits[number] = nil }
        freshness.applied(committedAt: Double(newest) / 1_000_000, now: Self.now)
    }
}
