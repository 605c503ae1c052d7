import Foundation
import MySQLClient
import MySQLProtocol
import MySQLSchema
import Pipeline

extension ReplicationPipeline {
    /// Once a second: asks the source how far it is, works out the lag, saves the checkpoint, and sees which copies have
    /// become consistent.
    func monitor() async {
        var inspector: SourceInspector?
        var saved = applied.snapshot
        var savedAt = ContinuousClock.now
        var forgottenAt = ContinuousClock.now - Self.forgetInterval
        while !Task.isCancelled, failure == nil {
            do {
                if inspector == nil { inspector = try await SourceInspector(endpoint: endpoint, logger: logger) }
                if let executed = try await inspector?.executedGTIDs() {
                    sourcePosition = executed
                    observer.heartbeat(.source)
                }
            } catch {
                await inspector?.close()
                inspector = nil
            }
            updateLag(isSourceReachable: inspector != nil)
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
            }
            if ContinuousClock.now - forgottenAt >= Self.forgetInterval {
                forgottenAt = .now
                await forgetOldBatches()
            }
            try? await Task.sleep(for: .milliseconds(500))
        }
        await inspector?.close()
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

    private func updateLag(isSourceReachable: Bool) {
        let position = applied.snapshot.position
        if isSourceReachable && position.isSuperset(of: sourcePosition) {
            lagSeconds = 0
        } else if newestCommit > 0 {
            lagSeconds = max(0, Date().timeIntervalSince1970 - Double(newestCommit) / 1_000_000)
        } else {
            lagSeconds += 0.5
        }
        observer.lag(seconds: lagSeconds)
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
        do {
            try await store.save(
                Checkpoint(acknowledged: now.acknowledged, position: now.position.description),
                sourcePosition: sourcePosition.description,
                lagSeconds: lagSeconds
            )
            return true
        } catch {
            observer.failed(.retry, stage: .checkpoint, message: "\(error)")
            logger.warning("the checkpoint could not be saved", metadata: ["error": "\(error)"])
            return false
        }
    }
}
