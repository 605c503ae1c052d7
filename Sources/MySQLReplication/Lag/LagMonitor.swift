import ClickHouseClient
import Foundation
import LeatState
import Logging
import MySQLClient
import MySQLProtocol
import Observability
import PipelineCore

/// How late the pipeline is. Each server is asked by a task of its own, with a limit of time, and what is known is put
/// together by another that never waits: so the lag rises, too, while a server hangs.
actor LagMonitor {
    /// Whom it asks, and what it reports to.
    struct Surroundings: Sendable {
        let client: ClickHouseClient
        let hosts: SourceHosts
        let applied: AppliedPosition
        let decoder: StreamDecoder
        let observer: any ReplicationObserver
        let logger: Logger
        /// Whether nothing of the stream waits for the warehouse.
        let isIdle: @Sendable () async -> Bool
        /// Whether a table is being copied.
        let isCopying: @Sendable () async -> Bool
    }

    /// How long an answer may take that costs a server nothing.
    private static let answerTimeout = Duration.seconds(3)
    /// Silence that is normal: servers are asked more often.
    private static let silenceMax = Duration.seconds(2)

    private let around: Surroundings
    private var freshness: SourceFreshness
    private var replica = ReplicaFreshness()
    private var runway = BinlogRunway()
    /// When the source committed the newest transaction of a batch, in microseconds since 1970, until the batch and all
    /// before it are in the warehouse.
    private var commits: [UInt64: Int64] = [:]
    /// When ClickHouse has answered last, whatever it was asked.
    private var warehouseSeenAt = ContinuousClock.now
    /// What the source had executed when it was asked last.
    private(set) var sourcePosition: GTIDSet
    private(set) var lagSeconds = 0.0

    /// - Parameters:
    ///   - completeAt: everything that the source had committed until then is in the warehouse; seconds since 1970.
    ///   - sourcePosition: what the source has executed.
    init(completeAt: Double, sourcePosition: GTIDSet, _ surroundings: Surroundings) {
        freshness = SourceFreshness(completeAt: completeAt)
        self.sourcePosition = sourcePosition
        around = surroundings
    }

    /// Seconds since 1970.
    static var now: Double { Date().timeIntervalSince1970 }

    func run() async {
        warehouseSeenAt = .now
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.watchSource() }
            group.addTask { await self.watchWarehouse() }
            group.addTask { await self.watchLag() }
        }
    }

    /// What the warehouse shows: what is applied, and transactions of which nothing shows at the source either.
    private var shown: GTIDSet { around.applied.snapshot.position.union(around.decoder.prepared) }

    /// ClickHouse has answered.
    func warehouseAnswered() { warehouseSeenAt = .now }

    /// Notes when the source committed the newest transaction of a batch that is written. It counts once all batches
    /// before it are, too.
    func noteCommit(_ commit: Int64, ofBatch number: UInt64) {
        if commit > 0 { commits[number] = max(commits[number] ?? 0, commit) }
        let acknowledged = around.applied.snapshot.acknowledged
        let done = commits.filter { $0.key <= acknowledged }
        guard let newest = done.values.max() else { return }
        for number in done.keys { commits[number] = nil }
        freshness.applied(committedAt: Double(newest) / 1_000_000, now: Self.now)
    }

    /// Asks the host that is read from, twice a second, how far it is, and whether it still replicates itself.
    private func watchSource() async {
        var inspector: SourceInspector?
        var isFirst = true
        var round = 0
        while !Task.isCancelled {
            do {
                if inspector == nil || inspector?.endpoint.address != around.hosts.current.address {
                    await inspector?.close()
                    inspector = nil
                    var endpoint = around.hosts.current
                    endpoint.connectTimeout = min(endpoint.connectTimeout, .seconds(5))
                    let opened = try await SourceInspector(endpoint: endpoint, logger: around.logger)
                    inspector = opened
                    freshness.hostChanged()
                    runway.hostChanged()
                    if !isFirst { around.observer.reconnected() }
                    isFirst = false
                    round = 0
                }
                if let inspector { try await ask(inspector, round: round) }
                round += 1
            } catch {
                await inspector?.close()
                inspector = nil
                if Task.isCancelled { break }
                around.observer.failed(.retry, stage: .source, error)
            }
            try? await Task.sleep(for: .milliseconds(500))
        }
        await inspector?.close()
    }

    private func ask(_ inspector: SourceInspector, round: Int) async throws {
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
        freshness.sighted(sighting.executed, applied: shown, at: asked)
        runway.sighted(executed: sighting.executed, purged: sighting.purged, at: asked)
        around.observer.heartbeat(.source)
    }

    /// Sees, once a second, whether ClickHouse answers.
    private func watchWarehouse() async {
        while !Task.isCancelled {
            do {
                try await around.client.ping(timeout: Self.answerTimeout)
                warehouseSeenAt = .now
                around.observer.heartbeat(.warehouse)
            } catch {
                if Task.isCancelled { break }
                around.observer.failed(.retry, stage: .warehouse, error)
            }
            try? await Task.sleep(for: .seconds(1))
        }
    }

    /// Twice a second: works out the lag from what is known, and says which steps have nothing to do.
    private func watchLag() async {
        while !Task.isCancelled {
            let now = Self.now
            let state = around.applied.snapshot
            freshness.update(applied: shown)
            let silence = ContinuousClock.now - warehouseSeenAt
            let parts = LagParts(
                replica: replica.lag(at: now),
                stream: freshness.lag(at: now),
                warehouse: silence > Self.silenceMax ? silence / .seconds(1) : 0
            )
            lagSeconds = parts.seconds
            around.observer.lag(parts)
            around.observer.binlogRunway(
                seconds: runway.seconds(applied: state.position, lag: lagSeconds, at: now)
            )
            around.observer.acknowledged(state.acknowledged)
            if await around.isIdle() {
                around.observer.idle(.queue)
                around.observer.idle(.insert)
            }
            if await !around.isCopying() { around.observer.copiesEnded() }
            try? await Task.sleep(for: .milliseconds(500))
        }
    }
}
