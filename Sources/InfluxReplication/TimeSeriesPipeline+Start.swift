import ClickHouseClient
import Foundation
import InfluxClient
import InfluxProtocol
import LeatState
import Logging
import Observability
import PipelineCore
import Synchronization
import Warehouse

extension TimeSeriesPipeline {
    /// Checks both sides, finds out where an earlier run stopped, and adopts every measurement.
    func start() async throws {
        try await Warehouse.requireWritable(client)
        try await SeriesChecks.requireReadable(source, options.source)
        // Makes the tables of `leat.*` that every pipeline has.
        let log = BatchLog(client: client, pipeline: options.name, owner: UUID().uuidString, logger: logger) { _, _ in }
        let recovery = try await log.recover()
        checkpoints = recovery.checkpoint.acknowledged
        try await context.windows.prepare()
        recorded = try await context.windows.load()
        for state in try await context.states.takeOver(epoch: recovery.epoch) { known[state.name] = state }
        try await discover(isStart: true)
    }

    /// Takes up what is new at the source, and what has grown.
    func discover(isStart: Bool = false) async throws {
        let missed = unknown.takeAll()
        let catalog = try await readCatalog()
        contact = .now
        observer.heartbeat(.source)
        policies = catalog.policies
        defaultPolicy.withLock { $0 = catalog.defaultPolicy ?? "" }
        for (key, windows) in missed { await flows[key]?.noteMissed(windows) }
        let before = names
        names = Set(catalog.measurements.map(\.key.tableName)).union(flows.keys.map(\.tableName))
        // The user's names come first: rollups that have one of them go.
        for flow in flows.values where Rollups(await flow.table).taken(by: names.subtracting(before)) != nil {
            try await followRollups(await flow.table)
        }
        for measurement in catalog.measurements {
            guard let policy = catalog.policy(of: measurement.key) else { continue }
            if let flow = flows[measurement.key] {
                if try await flow.adopt(measurement, policy: policy) { await follow(flow) }
            } else if isStart || noteSight(of: measurement.key) {
                try await takeUp(measurement, policy: policy, isStart: isStart)
            }
        }
        try await followVanished(catalog)
        observer.heartbeat(.discovery)
    }

    /// A database that was dropped has no measurements.
    private func readCatalog() async throws -> SourceCatalog {
        do {
            return try await SourceCatalog.read(source, database: options.source.database)
        } catch let error as InfluxError where error.code == .unknownDatabase {
            return SourceCatalog(policies: [], measurements: [])
        }
    }

    /// What Leat has taken up before and the source does not have (any more).
    private func followVanished(_ catalog: SourceCatalog) async throws {
        let there = Set(catalog.measurements.map(\.key))
        for (key, flow) in flows where !there.contains(key) { try await flow.vanish() }
        let followed = Set(flows.keys.map { "\(options.source.database).\($0.tableName)" })
        for state in known.values where state.phase != .dropped && !followed.contains(state.name) {
            guard let stored = StoredMeasurement(json: state.definition) else { continue }
            let key = MeasurementKey(name: stored.schema.name, retentionPolicy: stored.schema.retentionPolicy)
            guard !there.contains(key) else { continue }
            let policy = catalog.policies.first { $0.name == stored.policy }
            let gone = DiscoveredMeasurement(key: key, tags: [], fields: [:])
            try await takeUp(
                gone,
                policy: policy ?? RetentionPolicy(name: stored.policy, duration: nil, isDefault: false),
                isStart: false
            )
            try await flows[key]?.vanish()
        }
    }

    /// Whether a new measurement was seen before. The server shows the fields of its very first point before the tags,
    /// which would then not come first in the sorting key.
    private func noteSight(of key: MeasurementKey) -> Bool {
        guard seen.insert(key).inserted else { return true }
        discoverSoon()
        return false
    }

    private func takeUp(_ measurement: DiscoveredMeasurement, policy: RetentionPolicy, isStart: Bool) async throws {
        let name = "\(options.source.database).\(measurement.key.tableName)"
        var state = known[name] ?? TableState(name: name, phase: .snapshotting)
        do {
            if let other = flows.keys.first(where: { $0.tableName == measurement.key.tableName }) {
                throw MeasurementRefusal(
                    cause: "`\(other.name)` of another retention policy has the same name in ClickHouse",
                    remedy: "rename one of the two in InfluxDB"
                )
            }
            let before = StoredMeasurement(json: state.definition)
            let stored = StoredMeasurement(
                schema: try before?.schema ?? measurement.schema(),
                policy: before?.policy ?? policy.name,
                timeToLive: options.timeToLive
            )
            let table = SeriesTable(
                schema: stored.schema,
                database: options.warehouseDatabase,
                timeToLive: options.timeToLive,
                pipeline: options.name
            )
            try MeasurementFlow.check(table)
            try await context.warehouse.create(table)
            try await followRollups(table)
            if let before, before.timeToLiveSeconds != stored.timeToLiveSeconds {
                try await client.execute(table.modifyTimeToLive)
            }
            let past = recorded[measurement.key.tableName]
            if before == nil { state = TableState(name: name, phase: .snapshotting) }
            let flow = MeasurementFlow(
                key: measurement.key,
                stored: stored,
                state: state,
                recorded: past,
                retention: policy.duration,
                context: context,
                needsDiscovery: { [weak self] in self?.discoverSoon() }
            )
            try await flow.handle(.takenUp)
            await flow.save()
            try await flow.finishMirroring()
            flows[measurement.key] = flow
            if let signals = await intake.follow(await flow.pushTarget) { newFlow.yield((flow, signals)) }
            guard !measurement.fields.isEmpty else { return }
            if try await flow.adopt(measurement, policy: policy) { await follow(flow) }
        } catch let refusal as MeasurementRefusal {
            await refuse(state, refusal)
        } catch let error as PipelineError where error.kind == .unmanagedObject && !isStart {
            await refuse(state, MeasurementRefusal(cause: error.message, remedy: error.remedy))
        } catch let error as ClickHouseError where error.isPermanent {
            await refuse(state, MeasurementFlow.refusal(error, name))
        }
    }

    /// Sums are a convenience: where they cannot be had, the points are followed nevertheless.
    private func followRollups(_ table: SeriesTable) async throws {
        do {
            if let name = Rollups(table).taken(by: names) {
                try await context.rollups.remove(table)
                throw PipelineError(
                    .precondition,
                    "there is a measurement `\(name)`, which has the name of one of its rollups",
                    remedy: "nothing, or give that measurement another name in InfluxDB"
                )
            }
            try await context.rollups.follow(table)
        } catch  where error is PipelineError || (error as? ClickHouseError)?.isPermanent == true {
            observer.failed(.notify, stage: .discovery, error, of: "\(table.qualifiedName): no rollups")
            logger.warning(
                "a measurement has no rollups",
                metadata: ["table": "\(table.qualifiedName)", "error": "\(error)"]
            )
        }
    }

    /// Pushed points are decoded by the flow's present schema from now on.
    private func follow(_ flow: MeasurementFlow) async { _ = await intake.follow(await flow.pushTarget) }

    /// A measurement that cannot even be taken up. The next discovery tries again.
    private func refuse(_ state: TableState, _ refusal: MeasurementRefusal) async {
        let lifecycle = MeasurementLifecycle(state, isCopied: false, mirrorsDeletes: options.onDelete == .mirror)
        let next = lifecycle.step(.refused(refusal, untilResync: false))?.next ?? lifecycle
        if next == lifecycle, known[state.name] == state { return }
        var state = state
        (state.phase, state.cause, state.remedy) = (next.phase, next.cause, next.remedy)
        logger.error(
            "a measurement is quarantined",
            metadata: ["table": "\(state.name)", "cause": "\(refusal.cause)"]
        )
        observer.failed(
            .notify,
            stage: .discovery,
            Explanation(cause: "\(state.name): \(refusal.cause)", remedy: refusal.remedy)
        )
        observer.tableChanged(state)
        do {
            try await context.states.save(state)
            known[state.name] = state
        } catch {
            logger.warning("the state of a measurement could not be saved yet", metadata: ["error": "\(error)"])
        }
    }
}

extension MeasurementFlow {
    var pushTarget: PushTarget { PushTarget(key: key, table: table) }
}
