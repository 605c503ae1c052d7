import ClickHouseClient
import InfluxClient
import LeatState
import Logging
import Observability
import PipelineCore
import Warehouse

extension TimeSeriesPipeline {
    /// How long servers are silent that are well: both are asked each second.
    private static let silenceMax = Duration.seconds(5)
    /// As long as discovery, which the source may be too busy for, can fail before it counts.
    private static let contactMax = Duration.seconds(45)

    /// Once a second: works out the lag from what is known, waiting for no server.
    func watchLag() async {
        var copying = Duration.zero
        while !Task.isCancelled, failure == nil {
            var isCopying = false
            for flow in flows.values {
                let isFollowed = await flow.isFollowed
                if await !flow.isComplete, isFollowed { isCopying = true }
            }
            copying = isCopying ? copying + .seconds(1) : .zero
            let now = ContinuousClock.now
            let waiting = await intake.oldest.map { now - $0 } ?? .zero
            let silences =
                [(now - sourceSeenAt, Self.silenceMax), (now - warehouseSeenAt, Self.silenceMax)]
                + [(now - contact, Self.contactMax)]
            let silence = silences.filter { $0.0 > $0.1 }.map(\.0).max() ?? .zero
            lag = max(copying, waiting > .seconds(1) ? waiting : .zero, silence)
            observer.lag(seconds: lag / .seconds(1))
            observer.queue(bytes: budget.bytes, capacity: budget.capacity)
            if budget.bytes == 0 {
                observer.heartbeat(.receive)
                observer.nothingWaits()
            }
            try? await Task.sleep(for: .seconds(1))
        }
    }

    /// Sees, once a second, whether the source answers.
    func watchSource() async {
        while !Task.isCancelled, failure == nil {
            do {
                _ = try await source.ping(timeout: .seconds(3))
                sourceSeenAt = .now
                observer.heartbeat(.source)
            } catch {
                if Task.isCancelled { return }
                observer.failed(.retry, stage: .source, error)
            }
            try? await Task.sleep(for: .seconds(1))
        }
    }

    /// Sees, once a second, whether the warehouse answers.
    func watchWarehouse() async {
        while !Task.isCancelled, failure == nil {
            do {
                try await client.ping(timeout: .seconds(3))
                warehouseSeenAt = .now
                observer.heartbeat(.warehouse)
            } catch {
                if Task.isCancelled { return }
                observer.failed(.retry, stage: .warehouse, error)
            }
            try? await Task.sleep(for: .seconds(1))
        }
    }

    /// Once a second: records how far everything is. Waits for the warehouse where that does not answer.
    func monitor() async {
        var saved = ""
        var savedAt = ContinuousClock.now
        while !Task.isCancelled, failure == nil {
            let position = await position()
            if position != saved || ContinuousClock.now - savedAt > .seconds(10) {
                if await saveCheckpoint() {
                    saved = position
                    savedAt = .now
                }
            }
            try? await Task.sleep(for: .seconds(1))
        }
    }

    /// How far each measurement is complete, for people.
    private func position() async -> String {
        var parts: [String] = []
        for key in flows.keys.sorted() {
            guard let time = await flows[key]?.completeUpTo else { continue }
            parts.append("\(key.tableName) \(WallTime.text(time))")
        }
        return parts.joined(separator: ", ")
    }

    /// - Returns: false if the warehouse could not take it now.
    @discardableResult
    func saveCheckpoint() async -> Bool {
        let position = await position()
        checkpoints += 1
        do {
            try await context.states.save(
                Checkpoint(acknowledged: checkpoints, position: position),
                sourcePosition: "",
                lagSeconds: lag / .seconds(1)
            )
            observer.heartbeat(.checkpoint)
            return true
        } catch {
            // The last one is saved apart from what is cancelled.
            if Task.isCancelled { return false }
            observer.failed(.retry, stage: .checkpoint, error)
            logger.warning("the checkpoint could not be saved", metadata: ["error": "\(error)"])
            return false
        }
    }
}
