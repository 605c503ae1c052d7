import LeatState
import MySQLProtocol
import MySQLSchema
import Pipeline

@testable import MySQLReplication

/// The process was killed.
struct Killed: Error {}

/// A running pipeline of the simulation: the real ``TableLifecycle``, ``StreamState`` and ``ReplayPlan``, and around them,
/// without tasks and sockets, what ``TableKeeper``, ``BatchWriter``, ``SnapshotCoordinator``, ``TableDiscovery`` and
/// ``DDLApplier`` do. Each call of ``act(_:_:)`` is one thing that one of their tasks does next.
struct SimulatedPipeline {
    /// What may differ from start to start.
    struct Configuration {
        var excluded: Set<String> = []
        var prefix = ""
        var copiesAgain = false

        func isWanted(_ name: TableName) -> Bool { !excluded.contains(name.table) }
    }

    struct Write {
        var number: UInt64
        var tables: [RowBatch]
    }

    struct Copy {
        var name: TableName
        var mapping: TableMapping
        var copiedFrom: UInt64
        /// Ranges of the key that are not claimed yet: the highest key of each.
        var ranges: [ClosedRange<Int32>]
        /// Claimed and not written.
        var open: [(number: UInt64, range: ClosedRange<Int32>)] = []
    }

    /// A look at the source that waits for the stream.
    struct Discovery {
        var executed: GTIDSet
        var before: [TableName: TableDefinition]
        /// What was read once the stream had come there, with the generations from before that.
        var after: (definitions: [TableName: TableDefinition], generations: [TableName: Int])?
    }

    static let ranges: [ClosedRange<Int32>] = [Int32.min...3, 4...Int32.max]

    let configuration: Configuration
    let mutation: Mutation?
    /// One in so many steps ends in a kill; 0: none does.
    var killsOneIn: Int
    var lifecycle: TableLifecycle
    var stream: StreamState
    var items: [StreamItem] = []
    var writes: [Write] = []
    var copies: [Copy] = []
    /// Claims of copies that have ended.
    var ended: [TableName: [UInt64]] = [:]
    /// Ranges that an earlier run claimed.
    var unacknowledged: [TableName: [(number: UInt64, range: ClosedRange<Int32>)]] = [:]
    var discovery: Discovery?
    /// The number of the statement that waits for what was claimed before it.
    var barrierInProgress: UInt64?
    var isDiscoveryDue = true
    var next = 0
    var last: UInt64
    var contiguous: UInt64
    var acknowledgedAhead: Set<UInt64> = []
    var positions: [UInt64: String] = [:]
    var applied: GTIDSet
    var waiting: [(after: UInt64, transactions: GTIDSet)] = []

    // MARK: Start

    init(
        _ warehouse: inout ModelWarehouse,
        _ source: ModelSource,
        _ configuration: Configuration,
        killsOneIn: Int,
        mutation: Mutation?,
        _ random: inout Randomness
    ) throws {
        self.configuration = configuration
        self.killsOneIn = killsOneIn
        self.mutation = mutation
        let prefix = configuration.prefix
        lifecycle = TableLifecycle(
            isWanted: { configuration.isWanted($0) },
            warehouseDatabase: { prefix + $0 }
        )
        let isNew = !warehouse.hasCheckpoint && warehouse.batches.isEmpty
        if isNew {
            warehouse.position = source.executed.description
            warehouse.hasCheckpoint = true
        }
        let position =
            configuration.copiesAgain ? source.executed : try GTIDSet(parsing: warehouse.position)
        let acknowledged = warehouse.acknowledged
        last = max(warehouse.batches.map(\.number).max() ?? 0, acknowledged)
        contiguous = acknowledged
        applied = position
        let open = warehouse.batches.filter { $0.number > acknowledged }
        for definition in open { positions[definition.number] = definition.position }
        let parts = warehouse.batches.filter { $0.number <= acknowledged }.flatMap(\.parts)
        let plan =
            configuration.copiesAgain
            ? try ReplayPlan([])
            : try ReplayPlan(
                open,
                acknowledgedParts: parts.filter { $0.end != BatchDefinition.Part.untilTheEnd },
                position: position
            )
        stream = StreamState(
            limits: .init(
                rows: Int.random(in: 1...12, using: &random),
                bytes: [60, 1 << 20].randomElement(using: &random) ?? 60,
                interval: .zero,
                outstandingBytes: .max
            ),
            received: position,
            plan: plan,
            isWanted: { configuration.isWanted($0) }
        )
        for state in warehouse.tables.values.sorted(by: { $0.name < $1.name }) {
            guard let name = TableName(parsing: state.name) else { continue }
            let raw = try? warehouse.rawTable(prefix + name.database, name.table)
            try perform(
                .loaded(state, raw: raw, lastBatch: last, isPositionGivenUp: configuration.copiesAgain),
                &warehouse,
                &random
            )
        }
        for definition in open {
            switch definition.kind {
            case .range:
                if !configuration.copiesAgain, lifecycle.needs(range: definition),
                    let name = TableName(parsing: definition.table)
                {
                    unacknowledged[name, default: []].append(
                        (definition.number, Self.ranges[Int(definition.detail) ?? 0])
                    )
                } else {
                    acknowledge(definition.number)
                }
            case .repair: acknowledge(definition.number)
            case .stream, .barrier:
                if configuration.copiesAgain || (definition.position.isEmpty && definition.parts.isEmpty) {
                    acknowledge(definition.number)
                }
            }
        }
        if configuration.copiesAgain { saveCheckpoint(&warehouse) }
        if mutation != .copiesStartInAnyOrder { copies.sort { $0.copiedFrom < $1.copiedFrom } }
        // Copies continue where they were: what was claimed is claimed.
        for index in copies.indices {
            let name = copies[index].name
            copies[index].open = unacknowledged.removeValue(forKey: name) ?? []
        }
    }

    // MARK: Steps of tables

    func mayBeKilled(_ random: inout Randomness) throws {
        if killsOneIn > 0, Int.random(in: 0..<killsOneIn, using: &random) == 0 { throw Killed() }
    }

    @discardableResult
    mutating func perform(
        _ event: TableEvent,
        _ warehouse: inout ModelWarehouse,
        _ random: inout Randomness
    ) throws -> Bool {
        guard let step = lifecycle.step(for: event).map({ mutation?.changed($0, event) ?? $0 }) else { return false }
        warehouse.trace.append(
            "  \(event)".prefix(160) + " → \(step.entry.state.phase) from \(step.entry.state.copiedFrom)"
        )
        do {
            try carryOut(step, &warehouse, &random)
        } catch let refusal as TableRefusal {
            if case .loaded = event { lifecycle.commit(step) }
            guard let stop = lifecycle.step(for: .refused(step.table, refusal)) else { return true }
            try carryOut(stop, &warehouse, &random)
        }
        return true
    }

    private mutating func carryOut(
        _ step: TableStep,
        _ warehouse: inout ModelWarehouse,
        _ random: inout Randomness
    ) throws {
        var received = GTIDSet()
        for action in step.prepare {
            try mayBeKilled(&random)
            if case .follow = action { received = stream.received }
            try act(action, of: step.table, &warehouse)
        }
        var step = step
        if mutation == .passedRowsAreForgotten { step.beginsFollowing = false }
        step = step.ready(last: last, received: received)
        try mayBeKilled(&random)
        if mutation == .claimsAreReleasedBeforeSaving, step.finish.contains(.releaseClaims) {
            try act(.releaseClaims, of: step.table, &warehouse)
            saveCheckpoint(&warehouse)
            try mayBeKilled(&random)
        }
        if mutation?.savesNot(step) != true { warehouse.tables[step.entry.state.name] = step.entry.state }
        try mayBeKilled(&random)
        lifecycle.commit(step)
        for action in step.finish {
            do {
                try act(action, of: step.table, &warehouse)
            } catch is TableRefusal where !step.entry.isFollowed {}
            try mayBeKilled(&random)
        }
    }

    private mutating func act(_ action: TableAction, of name: TableName, _ warehouse: inout ModelWarehouse) throws {
        switch action {
        case .create(let table, let floor): try warehouse.create(table, floor: floor)
        case .addColumns(let columns, let table, let floor): warehouse.addColumns(columns, to: table, floor: floor)
        case .showFrom(let table, let floor): warehouse.showFrom(table, floor: floor)
        case .setAside(let database, let table, let batch): try warehouse.setAside(database, table, batch: batch)
        case .removeBelowFloor(let table, let floor): warehouse.removeBelowFloor(table, floor: floor)
        case .stopCopy:
            for copy in copies where copy.name == name { ended[name, default: []] += copy.open.map(\.number) }
            copies.removeAll { $0.name == name }
        case .releaseClaims:
            for number in ended.removeValue(forKey: name) ?? [] { acknowledge(number) }
            for claim in unacknowledged.removeValue(forKey: name) ?? [] { acknowledge(claim.number) }
        case .startCopy:
            guard let entry = lifecycle.tables[name], let mapping = entry.mapping,
                entry.state.consistentAt.isEmpty
            else { return }
            let copiedFrom = entry.state.copiedFrom
            // What was claimed since is done, or about to be.
            let claimed = warehouse.batches.filter {
                $0.kind == .range && $0.table == name.description && $0.number > copiedFrom
            }.compactMap { Int($0.detail) }
            let left = Self.ranges.indices.filter { !claimed.contains($0) }.map { Self.ranges[$0] }
            copies.append(Copy(name: name, mapping: mapping, copiedFrom: copiedFrom, ranges: left))
        case .follow(let mapping, let passedOver):
            stream.follow(mapping, passingOver: (try? GTIDSet(parsing: passedOver)) ?? GTIDSet())
        case .leaveOut: stream.stop(name, asQuarantined: true)
        case .unfollow: stream.stop(name, asQuarantined: false)
        }
    }

    // MARK: Batches

    /// Claims the next number.
    mutating func define(_ definition: BatchDefinition, _ warehouse: inout ModelWarehouse) -> UInt64 {
        var definition = definition
        last += 1
        definition.number = last
        warehouse.batches.append(definition)
        warehouse.trace.append(
            "  batch \(last): \(definition.kind) \(definition.table) \(definition.detail) \(definition.position) \(definition.parts)"
        )
        positions[last] = definition.position
        return last
    }

    mutating func acknowledge(_ number: UInt64) {
        acknowledgedAhead.insert(number)
        while acknowledgedAhead.remove(contiguous + 1) != nil {
            contiguous += 1
            if let text = positions.removeValue(forKey: contiguous), let set = try? GTIDSet(parsing: text) {
                applied.formUnion(set)
            }
        }
        for entry in waiting where entry.after <= contiguous { applied.formUnion(entry.transactions) }
        waiting.removeAll { $0.after <= contiguous }
    }

    mutating func saveCheckpoint(_ warehouse: inout ModelWarehouse) {
        warehouse.acknowledged = contiguous
        warehouse.position = applied.description
        warehouse.hasCheckpoint = true
    }
}
