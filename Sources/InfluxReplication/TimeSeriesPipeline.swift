import ClickHouseClient
import InfluxClient
import InfluxProtocol
import LeatState
import Logging
import Observability
import PipelineCore
import Synchronization
import Warehouse

/// One InfluxDB database on its way into ClickHouse: takes what is pushed immediately, and reads whatever is missing.
///
/// The pieces: ``PushServer`` and ``PushIntake`` (pushes → columns), ``MeasurementFlow`` (one measurement: inserts,
/// windows read, comparisons), ``WindowStore`` (what is recorded). This actor finds the measurements, holds the
/// subscription and reports how far everything is.
package actor TimeSeriesPipeline: SourcePipeline {
    let options: SeriesOptions
    /// The key of its source in `leat.yaml`.
    package nonisolated var name: String { options.name }
    let context: SeriesContext
    let client: ClickHouseClient
    let source: InfluxClient
    let observer: any SeriesObserver
    let logger: Logger
    let intake: PushIntake
    let budget: PushBudget
    let unknown: UnknownPoints
    /// Whether the source pushes to us now.
    nonisolated let isSubscribed = Atomic(false)
    /// Whether a push was refused since this was last checked.
    nonisolated let hasRefused = Atomic(false)
    /// When the last push came; nil before the first.
    private nonisolated let lastPush = Mutex<ContinuousClock.Instant?>(nil)
    /// The default retention policy's name.
    nonisolated let defaultPolicy = Mutex("")

    var flows: [MeasurementKey: MeasurementFlow] = [:]
    var recorded: [String: WindowStore.Recorded] = [:]
    var known: [String: TableState] = [:]
    /// New measurements that a discovery has seen.
    var seen: Set<MeasurementKey> = []
    var policies: [RetentionPolicy] = []
    /// What the tables of the user's measurements are called.
    var names: Set<String> = []
    var failure: (any Error)?
    /// When the source last answered.
    var contact = ContinuousClock.now
    /// When the source and the warehouse last said that they are there.
    var sourceSeenAt = ContinuousClock.now
    var warehouseSeenAt = ContinuousClock.now
    var checkpoints: UInt64 = 0
    var lag = Duration.zero
    /// Both sides were checked, and all measurements are known.
    package private(set) var isStarted = false

    private let discoverySignals: AsyncStream<Void>
    private let discoverySignal: AsyncStream<Void>.Continuation
    private let newFlows: AsyncStream<(MeasurementFlow, AsyncStream<Void>)>
    let newFlow: AsyncStream<(MeasurementFlow, AsyncStream<Void>)>.Continuation

    /// - Parameter client: of the warehouse; stays the caller's to shut down.
    package init(
        options: SeriesOptions,
        client: ClickHouseClient,
        observer: any SeriesObserver = SilentSeriesObserver(),
        logger: Logger
    ) {
        var logger = logger
        logger[metadataKey: "pipeline"] = "\(options.name)"
        self.options = options
        self.client = client
        self.observer = observer
        self.logger = logger
        source = InfluxClient(endpoint: options.source, logger: logger)
        context = SeriesContext(options: options, source: source, client: client, observer: observer, logger: logger)
        let budget = PushBudget(capacity: options.pushBytesMax)
        self.budget = budget
        (discoverySignals, discoverySignal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        (newFlows, newFlow) = AsyncStream.makeStream()
        let unknown = UnknownPoints(windowLength: context.windowLength, signal: discoverySignal)
        self.unknown = unknown
        intake = PushIntake(
            budget: budget,
            rule: PushRule(lookback: options.lookback.nanoseconds),
            windowLength: context.windowLength,
            batchRows: options.batchRows,
            batchBytes: options.batchBytes
        ) { unknown.note($0, time: $1) }
    }

    /// Runs until the task is cancelled, which ends it cleanly.
    ///
    /// - Throws: ``PipelineError`` for what keeps the pipeline from starting; while it runs, only what no waiting can
    ///   fix.
    package func run() async throws {
        do {
            try await start()
            isStarted = true
            observer.started()
            sourceSeenAt = .now
            warehouseSeenAt = .now
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.discoverAgain() }
                group.addTask { await self.monitor() }
                group.addTask { await self.watchLag() }
                group.addTask { await self.watchSource() }
                group.addTask { await self.watchWarehouse() }
                group.addTask { await self.receive() }
                group.addTask { await self.runFlows() }
                group.addTask { [context] in await context.rollups.run() }
                // The first to end ends all: cancellation, or a failure that no retry fixes.
                await group.next()
                group.cancelAll()
                await group.waitForAll()
            }
        } catch {
            try? await source.shutdown()
            throw error
        }
        // In a task of its own, since this one is cancelled by now.
        await Task {
            await saveCheckpoint()
            try? await source.shutdown()
        }.value
        if let failure { throw failure }
    }

    /// Copies a measurement again, in place, and releases it from quarantine.
    ///
    /// - Parameter table: `database.table`, as `leat status` names it.
    /// - Throws: ``PipelineError`` if there is no such measurement.
    package func resync(_ table: String) async throws {
        for flow in flows.values {
            guard await flow.state.name == table else { continue }
            try await flow.copyAgain()
            return
        }
        throw PipelineError(.precondition, "no pipeline follows `\(table)`", remedy: "leat tables list")
    }

    /// Reads spans of a measurement again in which it differs from the source.
    ///
    /// - Parameters:
    ///   - table: `database.table`, as `leat status` names it.
    ///   - spans: nanoseconds since 1970.
    /// - Returns: how many points were read.
    /// - Throws: ``PipelineError`` if there is no such measurement, or it is not followed now.
    package func repair(_ table: String, spans: [Range<Int64>]) async throws -> UInt64 {
        for flow in flows.values where await flow.state.name == table {
            return try await flow.repair(spans.map { TimeRange($0.lowerBound, $0.upperBound) })
        }
        throw PipelineError(.precondition, "no pipeline follows `\(table)`", remedy: "leat tables list")
    }

    /// Ends the pipeline with an error that nothing here can fix.
    func fail(_ error: any Error) {
        if failure == nil { failure = error }
        observer.failed(.stop, stage: .source, error)
        logger.error("the pipeline stops", metadata: ["error": "\(error)"])
    }

    /// Asks for discovery soon.
    nonisolated func discoverSoon() { discoverySignal.yield() }

    nonisolated func notePush() {
        lastPush.withLock { $0 = .now }
        observer.heartbeat(.receive)
    }

    /// How the source's points come to us now.
    private nonisolated var delivery: MeasurementFlow.Delivery {
        guard isSubscribed.load(ordering: .relaxed) else { return .polled }
        let isRecent = lastPush.withLock { $0.map { .now - $0 < .seconds(3) } ?? false }
        return isRecent ? .pushed : .silent
    }

    // MARK: Measurements

    private func runFlows() async {
        await withDiscardingTaskGroup { group in
            for await (flow, signals) in newFlows {
                group.addTask { await self.pump(flow, signals) }
                group.addTask { await flow.upkeep { self.delivery } }
                group.addTask { await flow.poll { self.delivery } }
            }
            group.cancelAll()
        }
    }

    /// Writes a measurement's pushed points as they come, a moment's worth at a time.
    private func pump(_ flow: MeasurementFlow, _ signals: AsyncStream<Void>) async {
        for await _ in signals {
            if await !intake.isFull(flow.key) { try? await Task.sleep(for: options.pushInterval) }
            if let held = await intake.takeHeld(flow.key) { await flow.hold(held) }
            while let batch = await intake.take(flow.key) {
                await flow.write(batch)
                budget.giveBack(batch.rows.byteCount)
                await intake.reuse(batch.rows, of: batch.target)
                if Task.isCancelled { return }
                observer.queue(bytes: budget.bytes, capacity: budget.capacity)
                // What came meanwhile waits its moment, too, so that inserts do not become many and small.
                guard await intake.isFull(flow.key) else { break }
            }
        }
    }

    // MARK: Discovery

    /// Looks for new measurements, tags and fields, regularly and when a point shows that there must be some.
    private func discoverAgain() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                while !Task.isCancelled {
                    try? await Task.sleep(for: .seconds(15))
                    self.discoverSoon()
                }
            }
            for await _ in discoverySignals {
                if Task.isCancelled || failure != nil { break }
                await discoverOnce()
                // Points that the source refuses are pushed nevertheless, and would make us check all the time.
                try? await Task.sleep(for: .seconds(1))
            }
            group.cancelAll()
        }
    }

    private func discoverOnce() async {
        do {
            try await discover()
        } catch {
            if Task.isCancelled { return }
            observer.failed(.retry, stage: .discovery, error)
            logger.warning("measurements could not be looked for", metadata: ["error": "\(error)"])
        }
    }
}
