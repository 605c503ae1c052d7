import LeatState
import Logging
import MySQLProtocol
import Observability
import PipelineCore
import Warehouse

/// Saves how far the pipeline has come, and lets copies end that the stream has caught up with.
actor CheckpointKeeper {
    struct Surroundings: Sendable {
        let store: StateStore
        let log: BatchLog
        let applied: AppliedPosition
        let decoder: StreamDecoder
        let tables: TableKeeper
        let lag: LagMonitor
        let observer: any ReplicationObserver
        let logger: Logger
    }

    /// How often old records of batches are deleted.
    private static let forgetInterval = Duration.seconds(6 * 3600)
    private let around: Surroundings

    init(_ surroundings: Surroundings) { around = surroundings }

    /// Twice a second. Waits for the warehouse where that does not answer, so nothing that must continue meanwhile
    /// belongs here.
    func run() async throws {
        var saved = around.applied.snapshot
        var savedAt = ContinuousClock.now
        var forgottenAt = ContinuousClock.now - Self.forgetInterval
        while !Task.isCancelled {
            // Nothing of prepared transactions shows at the source either.
            let shown = around.applied.snapshot.position.union(around.decoder.prepared)
            try await around.tables.completeCopies(at: shown)
            let now = around.applied.snapshot
            if now.position != saved.position || now.acknowledged != saved.acknowledged
                || ContinuousClock.now - savedAt > .seconds(10)
            {
                if await save() {
                    saved = now
                    savedAt = .now
                    around.observer.heartbeat(.checkpoint)
                }
            } else {
                around.observer.idle(.acknowledge)
            }
            if ContinuousClock.now - forgottenAt >= Self.forgetInterval {
                forgottenAt = .now
                await forgetOldBatches()
            }
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    /// Records how far the pipeline has come; false if the warehouse could not take it now.
    @discardableResult
    func save() async -> Bool {
        let now = around.applied.snapshot
        let started = ContinuousClock.now
        do {
            try await around.store.save(
                Checkpoint(acknowledged: now.acknowledged, position: now.position.description),
                sourcePosition: await around.lag.sourcePosition.description,
                lagSeconds: await around.lag.lagSeconds
            )
            around.observer.passed(.acknowledge, in: .now - started)
            await around.lag.warehouseAnswered()
            return true
        } catch {
            // It is saved again when everything has ended.
            if Task.isCancelled { return false }
            around.observer.failed(.retry, stage: .checkpoint, error)
            around.logger.warning("the checkpoint could not be saved", metadata: ["error": "\(error)"])
            return false
        }
    }

    /// Saves however long the warehouse is out of reach.
    func saveForCertain() async throws {
        var pause = Backoff()
        while await !save() { try await Task.sleep(for: pause.next()) }
    }

    /// Keeps `leat.batches` from growing forever: it holds a month, and whatever a copy in progress was cut into.
    private func forgetOldBatches() async {
        let copies = await around.tables.tables.values.filter { $0.state.phase == .snapshotting }
            .map(\.state.copiedFrom)
        do {
            try await around.log.forget(below: copies.min() ?? .max, olderThan: .seconds(30 * 86_400))
        } catch {
            around.logger.info("could not prune leat.batches", metadata: ["error": "\(error)"])
        }
    }
}
