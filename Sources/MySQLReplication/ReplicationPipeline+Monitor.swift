import Foundation
import LeatState
import MySQLClient
import MySQLProtocol
import MySQLSchema
import Pipeline

extension ReplicationPipeline {
    /// Twice a second: saves the checkpoint, and sees which copies have become consistent. Waits for the warehouse where
    /// that does not answer, so nothing that must go on meanwhile belongs here.
    func monitor() async {
        var saved = applied.snapshot
        var savedAt = ContinuousClock.now
        var forgottenAt = ContinuousClock.now - Self.forgetInterval
        while !Task.isCancelled, failure == nil {
            await finishCopies()
            if !unsaved.isEmpty { await saveUnsaved() }
            let now = applied.snapshot
            if now.position != saved.position || now.acknowledged != saved.acknowledged
                || ContinuousClock.now - savedAt > .seconds(10)
            {
                if await saveCheckpoint() {
                    saved = now
                    savedAt = .now
                    observer.heartbeat(.checkpoint)
                }
            } else {
                observer.idle(.acknowledge)
            }
            if ContinuousClock.now - forgottenAt >= Self.forgetInterval {
                forgottenAt = .now
                await forgetOldBatches()
            }
            try? await Task.sleep(for: .milliseconds(500))
        }
    }

    private static let forgetInterval = Duration.seconds(6 * 3600)

    /// Keeps `leat.batches` from growing for ever: it holds a month, and whatever a copy under way was cut into.
    private func forgetOldBatches() async {
        let copies = tables.values.filter { $0.state.phase == .snapshotting }.map(\.state.copiedFrom)
        do {
            try await log.forget(below: copies.min() ?? .max, olderThan: .seconds(30 * 86_400))
        } catch {
            logger.info("old records of batches could not be deleted now", metadata: ["error": "\(error)"])
        }
    }

    private func finishCopies() async {
        // Looked up anew each time: saving one table lets another be copied again meanwhile.
        for name in tables.keys.sorted() where isConsistent(name) { await complete(name) }
    }

    /// Whether a table's copy has ended and the stream has passed the position seen after its last range.
    func isConsistent(_ name: TableName) -> Bool {
        guard let state = tables[name]?.state, state.phase == .snapshotting, !state.consistentAt.isEmpty,
            let target = try? GTIDSet(parsing: state.consistentAt)
        else { return false }
        return applied.snapshot.position.isSuperset(of: target)
    }

    /// Ends a table's copy: from now on it only streams.
    func complete(_ name: TableName) async {
        tables[name]?.state.phase = .streaming
        tables[name]?.copier = nil
        tables[name]?.copy = nil
        do {
            try await save(name)
            logger.info("a table is complete", metadata: ["table": "\(name)"])
        } catch {
            unsaved.insert(name)
        }
    }

    /// Records how far the pipeline has come; false if the warehouse could not take it now.
    @discardableResult
    func saveCheckpoint() async -> Bool {
        let now = applied.snapshot
        let started = ContinuousClock.now
        do {
            try await store.save(
                Checkpoint(acknowledged: now.acknowledged, position: now.position.description),
                sourcePosition: sourcePosition.description,
                lagSeconds: lagSeconds
            )
            observer.passed(.acknowledge, in: .now - started)
            warehouseSeenAt = .now
            return true
        } catch {
            // The last one is saved apart from what is cancelled.
            if Task.isCancelled { return false }
            observer.failed(.retry, stage: .checkpoint, message: "\(error)")
            logger.warning("the checkpoint could not be saved", metadata: ["error": "\(error)"])
            return false
        }
    }
}
