import ClickHouseClient
import ColumnarBytes
import Foundation
import InfluxProtocol
import LeatState
import Logging
import Observability
import PipelineCore
import Warehouse

/// One measurement on its way into its table: takes what is pushed, reads what is missing, and keeps the book of both.
///
/// All inserts of a measurement go through one gate, one after another, since the last insert wins. What was read may
/// be older than what was pushed meanwhile; ``WindowBook`` ensures that such a window is read again.
actor MeasurementFlow {
    let key: MeasurementKey
    let context: SeriesContext
    /// By its name, the default one, too.
    let policyName: String
    var table: SeriesTable
    /// As `leat.tables` holds it; its phase is ``lifecycle``'s.
    private(set) var state: TableState
    private(set) var lifecycle: MeasurementLifecycle
    var book: WindowBook
    /// What the source was seen to have where nothing is confirmed yet.
    var sourceCounts = SourceCounts()
    /// The policy's duration; nil means forever.
    var retention: Int64?
    let gate = FIFOGate()
    /// Events of the life-cycle are handled one after another.
    private let turns = FIFOGate()
    /// Counts changes of the schema: a read that began with another one has not seen everything.
    var schemaVersion = 0
    var chunk: ChunkLength
    /// Of open windows, which can lie where there are far fewer points than where the frontier is.
    var openChunk: ChunkLength
    /// When open windows may be read again.
    var nextOpenRead = ContinuousClock.now
    /// Asks for discovery: the source has something that the schema has not.
    let needsDiscovery: @Sendable () -> Void
    var logger: Logger
    var nextComparison = ContinuousClock.now
    var sweep = SweepCursor()
    /// Windows of pushed points that could not be decoded, and when they came.
    var missed: [Int64: ContinuousClock.Instant] = [:]
    /// The state that the warehouse has not taken yet.
    private(set) var isUnsaved = false
    /// Windows that the last comparison found to lack points, and that were read again.
    var lacking: Set<Int64> = []
    var lastPoll: Int64?

    init(
        key: MeasurementKey,
        stored: StoredMeasurement,
        state: TableState,
        recorded: WindowStore.Recorded?,
        retention: Int64?,
        context: SeriesContext,
        needsDiscovery: @escaping @Sendable () -> Void
    ) {
        self.key = key
        self.context = context
        policyName = stored.policy
        table = SeriesTable(
            schema: stored.schema,
            database: context.options.warehouseDatabase,
            timeToLive: context.options.timeToLive,
            pipeline: context.options.name
        )
        self.state = state
        lifecycle = MeasurementLifecycle(
            state,
            isCopied: recorded?.frontier != nil,
            mirrorsDeletes: context.options.onDelete == .mirror
        )
        self.retention = retention
        book = WindowBook(
            length: context.windowLength,
            frontier: recorded?.frontier,
            confirmed: recorded?.confirmed,
            copied: recorded?.copied ?? [],
            open: recorded?.open ?? []
        )
        chunk = ChunkLength(window: context.windowLength)
        openChunk = ChunkLength(window: context.windowLength)
        self.needsDiscovery = needsDiscovery
        var logger = context.logger
        logger[metadataKey: "table"] = "\(state.name)"
        self.logger = logger
    }

    var isQuarantined: Bool { lifecycle.isQuarantined }
    var isFollowed: Bool { lifecycle.isFollowed }
    var isComplete: Bool { book.frontier != nil }
    /// Up to when everything is in the warehouse; nil while the first copy runs.
    var completeUpTo: Int64? { book.frontier }

    // MARK: State

    /// Saves the state now, or with the next upkeep if the warehouse does not take it.
    func save() async {
        do {
            try await context.states.save(try definedState())
            isUnsaved = false
        } catch {
            isUnsaved = true
            logger.warning("the state of a measurement could not be saved yet", metadata: ["error": "\(error)"])
        }
        context.observer.tableChanged(state)
    }

    private func definedState() throws -> TableState {
        state.definition = try StoredMeasurement(
            schema: table.schema,
            policy: policyName,
            timeToLive: context.options.timeToLive
        ).json
        return state
    }

    func addCopied(_ points: UInt64) { state.rows += points }

    /// What an event makes of the measurement: saved, then in memory, then done.
    ///
    /// - Throws: what the actions do; the event can be reported again.
    func handle(_ event: MeasurementLifecycle.Event) async throws {
        try await turns.withGate {
            guard let step = lifecycle.step(event) else { return }
            if step.next != lifecycle {
                let before = lifecycle.phase
                var saved = try definedState()
                saved.phase = step.next.phase
                saved.cause = step.next.cause
                saved.remedy = step.next.remedy
                if event == .resyncOrdered { saved.rows = 0 }
                // Also from a task that is cancelled: a cause that is not on record cannot be looked up.
                let (states, record) = (context.states, saved)
                try await context.untilTaken(.checkpoint) {
                    try await Task { try await states.save(record) }.value
                }
                state.phase = saved.phase
                state.cause = saved.cause
                state.remedy = saved.remedy
                state.rows = saved.rows
                lifecycle.commit(step)
                isUnsaved = false
                report(event, from: before)
            }
            for action in step.actions { try await apply(action) }
        }
    }

    private func report(_ event: MeasurementLifecycle.Event, from before: TableState.Phase) {
        context.observer.tableChanged(state)
        switch event {
        case .copied: logger.info("a measurement is copied", metadata: ["points": "\(state.rows)"])
        case .refused(let refusal, _):
            logger.error("a measurement is quarantined", metadata: ["cause": "\(refusal.cause)"])
            context.observer.failed(
                .notify,
                stage: .discovery,
                Explanation(cause: "\(state.name): \(refusal.cause)", remedy: refusal.remedy)
            )
        case .seen where before == .quarantined: logger.notice("a measurement is released from quarantine")
        case .seen: logger.notice("a measurement is there again at the source")
        case .emptied(let left):
            logger.notice("a measurement is gone at the source", metadata: ["kept": "\(left)"])
        case .takenUp, .vanished, .resyncOrdered: break
        }
    }

    private func apply(_ action: MeasurementLifecycle.Action) async throws {
        switch action {
        case .removePoints: try await removeVanished()
        case .countPoints: break
        case .forgetWindows:
            try await context.untilTaken(.insert) { try await context.warehouse.create(table) }
            try await context.untilTaken(.checkpoint) { try await context.windows.forget(measurement: key.tableName) }
            book = WindowBook(length: book.length)
            sourceCounts = SourceCounts()
        case .restartSweep: sweep.restart()
        }
    }

    /// Stops this measurement, and only it.
    ///
    /// - Parameter untilResync: the source is not to blame, so that discovery cannot see when it is fixed.
    func quarantine(_ refusal: MeasurementRefusal, untilResync: Bool = false) async {
        // It only fails where the task is cancelled.
        try? await handle(.refused(refusal, untilResync: untilResync))
    }

    /// The source no longer has the measurement.
    func vanish() async throws {
        guard !lifecycle.isGone else { return }
        try await handle(.vanished)
        let left = try await context.untilTaken(.insert) {
            try await context.warehouse.client.rows("SELECT count() FROM \(table.viewIdentifier)")
        }
        try await handle(.emptied(left: left.first?.first.flatMap { $0 }.flatMap { UInt64($0) } ?? 0))
    }

    // MARK: Schema

    /// Adds what the source has and the table has not.
    ///
    /// - Returns: whether the table has changed, or is followed again.
    func adopt(_ discovered: DiscoveredMeasurement, policy: RetentionPolicy) async throws -> Bool {
        retention = policy.duration
        do {
            guard policy.name == policyName else {
                throw MeasurementRefusal(
                    cause: "the default retention policy was `\(policyName)` and is now `\(policy.name)`",
                    remedy: "make `\(policyName)` the default again, or give this source a new name and database"
                )
            }
            let growth = try discovered.growth(of: table.schema)
            let wasFollowed = isFollowed
            try await grow(by: growth)
            if !growth.isEmpty { await save() }
            try await handle(.seen)
            try await readMissed(hasGrown: !growth.isEmpty)
            return !growth.isEmpty || isFollowed != wasFollowed
        } catch let refusal as MeasurementRefusal {
            await quarantine(refusal)
        } catch let error as ClickHouseError where error.isPermanent {
            await quarantine(Self.refusal(error, state.name))
        } catch let error as PipelineError where error.kind == .unmanagedObject {
            await quarantine(MeasurementRefusal(cause: error.message, remedy: error.remedy))
        }
        return false
    }

    /// Adds tags and fields to the table; inserts wait meanwhile.
    func grow(by growth: DiscoveredMeasurement.Growth) async throws {
        guard !growth.isEmpty else { return }
        try await gate.withGate {
            var grown = table
            grown.schema.fields += growth.fields
            grown.schema.laterTags += growth.tags
            try Self.check(grown)
            table = try await context.untilTaken(.insert) {
                try await context.warehouse.extend(table, tags: growth.tags, fields: growth.fields)
            }
            schemaVersion += 1
        }
        logger.info(
            "a measurement has grown",
            metadata: ["tags": "\(growth.tags)", "fields": "\(growth.fields.map(\.name))"]
        )
    }

    /// Why a table cannot be made of a schema, if so.
    static func check(_ table: SeriesTable) throws(MeasurementRefusal) {
        if let conflict = table.conflict {
            throw MeasurementRefusal(
                cause: conflict,
                remedy: "write it under another name in InfluxDB, and drop the series that have it"
            )
        }
    }

    static func refusal(_ error: ClickHouseError, _ name: String) -> MeasurementRefusal {
        MeasurementRefusal(cause: "ClickHouse refused it: \(error)", remedy: "leat tables resync \(name)")
    }

    // MARK: Pushes

    /// Writes pushed points, however long the warehouse is away.
    func write(_ batch: PushBatch) async {
        guard !isQuarantined else { return }
        // It is there again, it seems.
        if lifecycle.isGone { needsDiscovery() }
        let windows = batch.rows.windows(timeAt: batch.target.timePlace, length: book.length)
        do {
            try await gate.withGate {
                let changes = book.beginPush(windows, at: WallTime.now)
                defer { book.endPush(windows, at: WallTime.now) }
                // Before the rows: after a crash these windows must be known as open.
                try await record(changes)
                try await insert(batch.rows, into: batch.target.table, origin: .push)
            }
            context.observer.pushVisible(age: .now - batch.received)
        } catch let refusal as MeasurementRefusal {
            await quarantine(refusal, untilResync: true)
        } catch let error as ClickHouseError where error.isPermanent {
            await quarantine(Self.refusal(error, state.name), untilResync: true)
        } catch {
            // Cancelled: the windows are read at the next start.
        }
    }

    /// Points of these windows were pushed that only a read may write (``PushRule``).
    func hold(_ held: HeldWindows) async {
        guard !isQuarantined else { return }
        do {
            try await record(book.hold(held.windows, at: WallTime.now))
            if let start = held.start { try await record(book.goBack(to: start)) }
        } catch {
            // Cancelled: the sweep at the next start finds them.
        }
    }

    /// Points of these windows were pushed that the schema does not know.
    func noteMissed(_ windows: Set<Int64>) {
        // Beyond this many, closing and sweeping have to do.
        guard missed.count < 10_000 else { return }
        for window in windows where missed[window] == nil { missed[window] = .now }
    }

    /// Ensures that missed points are read, if the schema knows them now. If it does not after a while, the source has
    /// refused them itself.
    private func readMissed(hasGrown: Bool) async throws {
        if hasGrown {
            let windows = Array(missed.keys)
            missed = [:]
            guard isComplete else { return }
            try await record(book.reopen(windows))
            nextComparison = .now
        } else {
            missed = missed.filter { .now - $0.value < .seconds(3) }
        }
    }

    // MARK: Writing

    /// Inserts rows, in the gate.
    func insert(_ rows: SeriesRows, into table: SeriesTable, origin: SeriesOrigin) async throws {
        guard rows.rows > 0 else { return }
        let started = ContinuousClock.now
        let block = try rows.block(for: table)
        do {
            _ = try await context.untilTaken(.insert) {
                try await context.warehouse.client.insert(
                    into: table.rawIdentifier,
                    columns: table.columnNames,
                    blocks: block,
                    settings: Self.insertSettings,
                    isRepeatable: true
                )
            }
        } catch let error as ClickHouseError {
            throw Self.refusal(error, state.name)
        }
        context.observer.pointsWritten(
            table: state.name,
            points: rows.rows,
            bytes: block.count,
            origin: origin,
            duration: .now - started
        )
    }

    private static let insertSettings = [
        // Points of one key are put together when they are read; doing so within each insert only costs time.
        "optimize_on_insert": "0",
        // Devices with a wrong clock send points of any month.
        "max_partitions_per_insert_block": "0",
    ]

    func record(_ changes: WindowBook.Changes, points: UInt64 = 0) async throws {
        guard !changes.isEmpty else { return }
        try await context.untilTaken(.checkpoint) {
            try await context.windows.record(
                changes,
                of: key.tableName,
                windowLength: book.length,
                points: points
            )
        }
    }
}
