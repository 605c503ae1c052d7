import Synchronization

/// Checks the objectives of all sources once a second from the process' own metrics, and counts in them what it sees.
package final class ObjectiveKeeper: Sendable {
    private let metrics: LeatMetrics
    private let evaluators: Mutex<[ObjectiveEvaluator]>

    package init(_ objectives: [Objective], metrics: LeatMetrics) {
        self.metrics = metrics
        evaluators = Mutex(objectives.map { ObjectiveEvaluator($0) })
        for objective in objectives {
            metrics.objectives.target.with(objective.source, objective.name).set(objective.target)
            // Counters must be there before they first count, or an increase from nothing goes unseen.
            for result in ["good", "bad"] {
                _ = metrics.objectives.checks.with(objective.source, objective.name, result)
            }
        }
    }

    /// Checks until cancelled.
    package func run() async throws {
        let start = ContinuousClock.now
        while true {
            check(at: (ContinuousClock.now - start).secondsAsDouble, secondsSince1970: WallClock.now().secondsSince1970)
            try await Task.sleep(for: .seconds(1))
        }
    }

    /// - Parameters:
    ///   - now: seconds of a clock that never goes back.
    ///   - time: the wall clock's.
    func check(at now: Double, secondsSince1970 time: Double) {
        evaluators.withLock { evaluators in
            var readings: [String: ObjectiveReadings] = [:]
            for index in evaluators.indices {
                let (source, name) = (evaluators[index].objective.source, evaluators[index].objective.name)
                let known =
                    readings[source] ?? ObjectiveReadings(source: source, metrics: metrics, secondsSince1970: time)
                readings[source] = known
                let verdict = evaluators[index].check(known, at: now)
                guard verdict != .unknown else { continue }
                let isGood = verdict == .good
                metrics.objectives.checks.with(source, name, isGood ? "good" : "bad").increment()
                metrics.objectives.met.with(source, name).set(isGood ? 1 : 0)
            }
        }
    }

    /// In the order of the configuration.
    package var states: [ObjectiveState] { evaluators.withLock { $0.map(\.state) } }
}
