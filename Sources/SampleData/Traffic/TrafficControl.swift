import Synchronization

/// What the connections of one traffic share: pace, progress of the lanes, statistics, and the order to stop.
final class TrafficControl: Sendable {
    /// How far a lane may be ahead of the slowest: positions of all lanes are found in the newest orders.
    static let leadMax = 8
    /// Waits are cut into pieces so that a stop is noticed soon.
    static let nap: Duration = .milliseconds(50)

    private struct State {
        var pacer: TrafficPacer
        /// The next round of each lane.
        var rounds: [Int]
        var statistics = TrafficStatistics()
    }

    private let state: Mutex<State>
    private let stopping = Atomic(false)
    let start: ContinuousClock.Instant

    init(rate: Double, rounds: [Int], start: ContinuousClock.Instant = .now) {
        state = Mutex(State(pacer: TrafficPacer(rate: rate, start: start), rounds: rounds))
        self.start = start
    }

    func stop() { stopping.store(true, ordering: .releasing) }

    var isStopping: Bool { stopping.load(ordering: .acquiring) }

    /// Waits until `rows` more changes are due.
    ///
    /// - Returns: false when it is time to stop instead.
    func waitForTurn(rows: Int) async -> Bool {
        let due = state.withLock { $0.pacer.turn(rows: rows, now: .now) }
        while !isStopping {
            let left = due - .now
            if left <= .zero { return true }
            try? await Task.sleep(for: min(left, TrafficControl.nap))
        }
        return false
    }

    /// The next round of a lane, once no lane lags too far behind it; nil when it is time to stop.
    func nextRound(lane: Int) async -> Int? {
        while !isStopping {
            let round = state.withLock { state -> Int? in
                let slowest = state.rounds.min() ?? 0
                return state.rounds[lane] < slowest + TrafficControl.leadMax ? state.rounds[lane] : nil
            }
            if let round { return round }
            try? await Task.sleep(for: .milliseconds(2))
        }
        return nil
    }

    func finishedRound(lane: Int) { state.withLock { $0.rounds[lane] += 1 } }

    func add(_ statistics: TrafficStatistics) { state.withLock { $0.statistics.add(statistics) } }

    var statistics: TrafficStatistics {
        var statistics = state.withLock { $0.statistics }
        statistics.elapsed = .now - start
        return statistics
    }

    /// Calls `report` about every `interval` until it is time to stop.
    func report(every interval: Duration, _ report: @Sendable (TrafficStatistics) -> Void) async {
        var last = statistics
        while true {
            let due = last.elapsed + interval
            while !isStopping, .now - start < due { try? await Task.sleep(for: TrafficControl.nap) }
            var present = statistics
            let seconds = (present.elapsed - last.elapsed) / .seconds(1)
            present.rowsPerSecond = seconds > 0 ? Double(present.rows - last.rows) / seconds : 0
            if isStopping { return }
            report(present)
            last = present
        }
    }
}
