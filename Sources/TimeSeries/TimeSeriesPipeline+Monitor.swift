import Pipeline

extension TimeSeriesPipeline {
    /// Once a second: works out the lag, and records how far everything is.
    func monitor() async {
        var saved = ""
        var savedAt = ContinuousClock.now
        var copying = Duration.zero
        while !Task.isCancelled, failure == nil {
            var isCopying = false
            for flow in flows.values {
                let isQuarantined = await flow.isQuarantined
                if await !flow.isComplete, !isQuarantined { isCopying = true }
            }
            copying = isCopying ? copying + .seconds(1) : .zero
            let silence = ContinuousClock.now - contact
            let waiting = await intake.oldest.map { ContinuousClock.now - $0 } ?? .zero
            lag = max(copying, waiting > .seconds(1) ? waiting : .zero, silence > .seconds(45) ? silence : .zero)
            observer.lag(seconds: lag / .seconds(1))
            observer.queue(bytes: budget.bytes, capacity: budget.capacity)
            if budget.bytes == 0 { observer.heartbeat(.receive) }
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
            observer.failed(.retry, stage: .checkpoint, message: "\(error)")
            logger.warning("the checkpoint could not be saved", metadata: ["error": "\(error)"])
            return false
        }
    }
}
