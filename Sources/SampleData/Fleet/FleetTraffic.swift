import ColumnarBytes
import InfluxClient
import InfluxProtocol
import Logging
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Endless points of a fleet at the present time, as its devices would send them, disorder and all.
///
/// What is sent depends on seed, size, rate and time alone (`FleetTrafficLane`); so several processes that do the same
/// do no harm. Points that come late were made up to 40 minutes ago, also before traffic began. A server that is away
/// for less than a minute is waited for, and then gets all that was made meanwhile.
package struct FleetTraffic: Sendable {
    private let endpoint: InfluxEndpoint
    private let plan: FleetTrafficPlan
    private let connections: Int
    private let isCompressed: Bool
    private let logger: Logger

    /// Rates that can be asked for, in lines per second.
    package static let allowedRates: ClosedRange<Double> = 0.01...1_000_000

    /// - Parameters:
    ///   - endpoint: a user that may write to the database, which must exist.
    ///   - seed: the fleet's.
    ///   - rows: the fleet's size, see `FleetScale`: this many devices report, or more where the rate needs them.
    ///   - rate: lines per second over all measurements, within `allowedRates`.
    ///   - connections: 1…64.
    package init(
        endpoint: InfluxEndpoint,
        seed: UInt64,
        rows: Int = FleetScale.defaultRows,
        rate: Double,
        disorder: FleetDisorder = .standard,
        connections: Int = 2,
        isCompressed: Bool = true,
        logger: Logger = Logger(label: "leat.generator")
    ) {
        self.endpoint = endpoint
        let model = FleetModel(seed: seed, scale: FleetScale(rows: rows), skewedShare: disorder.skewed)
        let rate = min(max(rate, FleetTraffic.allowedRates.lowerBound), FleetTraffic.allowedRates.upperBound)
        plan = FleetTrafficPlan(model, disorder: disorder, rate: rate)
        self.connections = min(max(connections, 1), 64)
        self.isCompressed = isCompressed
        self.logger = logger
    }

    /// About a megabyte.
    private static let linesMax = 5000

    /// Runs until the task is cancelled; requests that have begun are finished then.
    ///
    /// - Parameter statistics: called about once a second, on any thread.
    /// - Returns: what was sent in all.
    /// - Throws: `InfluxError`, when the server refuses points or takes none for a minute.
    @discardableResult
    package func run(
        statistics: @escaping @Sendable (FleetTrafficStatistics) -> Void = { _ in }
    ) async throws -> FleetTrafficStatistics {
        let client = InfluxClient(endpoint: endpoint, logger: logger)
        let control = FleetTrafficControl()
        // Not a child task: cancelling must not cut a request, only tell the lanes to stop after it.
        let work = Task { try await keepBusy(client, control, statistics) }
        do {
            try await withTaskCancellationHandler {
                try await work.value
            } onCancel: {
                control.stop()
            }
        } catch {
            try? await client.shutdown()
            throw error
        }
        try await client.shutdown()
        return control.statistics
    }

    private func keepBusy(
        _ client: InfluxClient,
        _ control: FleetTrafficControl,
        _ statistics: @escaping @Sendable (FleetTrafficStatistics) -> Void
    ) async throws {
        async let reports: Void = control.report(every: .seconds(1), statistics)
        defer { control.stop() }
        let start = FleetTraffic.now
        try await withThrowingTaskGroup(of: Void.self) { lanes in
            for index in 0..<connections {
                lanes.addTask {
                    do {
                        let lane = FleetTrafficLane(plan, index: index, of: connections, start: start)
                        try await run(lane, FleetWriter(client: client, isCompressed: isCompressed), control)
                    } catch {
                        control.stop()
                        throw error
                    }
                }
            }
            try await lanes.waitForAll()
        }
        control.stop()
        await reports
    }

    private func run(_ lane: FleetTrafficLane, _ writer: FleetWriter, _ control: FleetTrafficControl) async throws {
        var lane = lane
        let lines = GrowableBytes(minimumCapacity: 1 << 16)
        while await control.wait(until: lane.due) {
            var done = FleetTrafficStatistics()
            lines.removeAll()
            // When late, as much as fits goes into one request.
            repeat {
                done.add(lane.advance(into: lines))
            } while lane.due <= FleetTraffic.now
                && done.lines < FleetTraffic.linesMax
            guard done.lines > 0 else { continue }
            guard let failures = try await writer.write(lines, isStopping: { control.isStopping }) else { return }
            done.retried = failures
            control.add(done)
        }
    }

    /// Milliseconds since 1970.
    fileprivate static var now: Int { Int(Date().timeIntervalSince1970 * 1000) }
}

/// What the lanes of one traffic share: statistics, and the order to stop.
private final class FleetTrafficControl: Sendable {
    /// Waits are cut into pieces so that a stop is noticed soon.
    private static let nap: Duration = .milliseconds(50)

    private let state = Mutex(FleetTrafficStatistics())
    private let stopping = Atomic(false)
    private let start = ContinuousClock.now

    func stop() { stopping.store(true, ordering: .releasing) }

    var isStopping: Bool { stopping.load(ordering: .acquiring) }

    /// - Parameter time: milliseconds since 1970.
    /// - Returns: false when it is time to stop instead.
    func wait(until time: Int) async -> Bool {
        while !isStopping {
            let left = time - FleetTraffic.now
            if left <= 0 { return true }
            try? await Task.sleep(for: min(.milliseconds(left), FleetTrafficControl.nap))
        }
        return false
    }

    func add(_ done: FleetTrafficStatistics) { state.withLock { $0.add(done) } }

    var statistics: FleetTrafficStatistics {
        var statistics = state.withLock { $0 }
        statistics.elapsed = .now - start
        return statistics
    }

    /// Calls `report` about every `interval` until it is time to stop.
    func report(every interval: Duration, _ report: @Sendable (FleetTrafficStatistics) -> Void) async {
        var last = statistics
        while true {
            let due = last.elapsed + interval
            while !isStopping, .now - start < due { try? await Task.sleep(for: FleetTrafficControl.nap) }
            if isStopping { return }
            var present = statistics
            let seconds = (present.elapsed - last.elapsed) / .seconds(1)
            present.linesPerSecond = seconds > 0 ? Double(present.lines - last.lines) / seconds : 0
            report(present)
            last = present
        }
    }
}
