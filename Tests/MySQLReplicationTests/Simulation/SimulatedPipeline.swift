import LeatState
import MySQLProtocol
import MySQLSchema
import Warehouse

@testable import MySQLReplication

/// The process was killed.
struct Killed: Error {}

/// A running pipeline of the simulation: the real ``TableLifecycle``, ``StreamState`` and ``ReplayPlan``, and around
/// them, without tasks and sockets, what ``TableKeeper``, ``BatchWriter``, ``SnapshotCoordinator``, ``TableDiscovery``
/// and
/// ``DDLApplier`` do. Each call of ``act(_:_:)`` is one thing that one of their tasks does next.
struct SimulatedPipeline {
    /// What may differ from start to start.
    struct Configuration {
        var excluded: Set<String> = []
        var prefix = ""
        var copiesAgain = false

        func isWanted(_ name: TableName) -> Bool {
            name.database == ModelSource.database && !excluded.contains(name.table)
        }
    }

    struct Write {
        var number: UInt64
        /// Whether an earlier run may have written it.
        var isReplay: Bool
        var tables: [RowBatch]
        /// Rows that are to be read again.
        var incomplete: [(mapping: TableMapping, rows: RowBatch)] = []
    }

    struct Copy {
        var name: TableName
        var mapping: TableMapping
        var copiedFrom: UInt64
        var hasOlderRows: Bool
        /// Ranges of the key that are not claimed yet: the highest key of each.
        var ranges: [ClosedRange<Int32>]
        /// Claimed and not written.
        var open: [(number: UInt64, range: ClosedRange<Int32>)] = []
        /// The server that the present attempt began at; nil before there is one.
        var inspector: Int?
        /// The server that ranges are read from.
        var session: Int?
        /// The rows of the view that the copy of a table without a key reads, as far as they are not written yet.
        var view: [[Int32?]]?
        /// The transactions that the view may hold, and those of them that are certain.
        var snapshot = SourceSnapshot(before: GTIDSet(), owned: GTIDSet(), after: GTIDSet())
    }

    /// A pass over the source's tables that waits for the stream.
    struct Discovery {
        var host: Int
        var executed: GTIDSet
        var before: [TableName: TableDefinition]
        /// What was read once the stream had come there, with the generations from before that.
        var after: (definitions: [TableName: TableDefinition], generations: [TableName: Int])?
        /// Tables that are left to be handled.
        var names: [TableName] = []
        var number: UInt64?
    }

    static let ranges: [ClosedRange<Int32>] = [Int32.min...3, 4...Int32.max]

    let configuration: Configuration
    let mutation: Mutation?
    /// One step in this many ends in a kill; 0: none does.
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
    /// Tables that somebody wants to be copied again.
    var asked: Set<TableName> = []
    let hosts: SourceHosts
    /// The server that the stream comes from; nil while there is none.
    var connected: Int?
    /// What it need not send.
    var dumped = GTIDSet()
    var next = 0
    var hasWaited: Set<Int> = []
    /// Whether the present host was examined since the last stream.
    var isExamined = false
    var verdicts = HostVerdicts()
    /// Whether servers that are down stay so.
    var isQuiet = false
    /// Why the last of all hosts cannot be followed: the pipeline has ended.
    var refusal: HostRefusal?
    /// What was in the warehouse when this run began.
    let origin: GTIDSet
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
            warehouseDatabase: { prefix + $0 },
            carriesDatesAsText: { _ in true }
        )
        let recovery = warehouse.recovery
        hosts = SourceHosts(Self.endpoints(source.servers.count))
        let needs = try StreamNeeds(recovery, isFromNow: configuration.copiesAgain)
        let server = try Self.connect(hosts, source, warehouse, needs, mutation)
        let executed = server.executed
        if recovery.isNew {
            warehouse.position = executed.description
            warehouse.hasCheckpoint = true
        }
        let position = configuration.copiesAgain ? executed : try GTIDSet(parsing: warehouse.position)
        if recovery.isNew || configuration.copiesAgain { warehouse.origins.append(executed) }
        origin = needs.seen.union(position)
        let acknowledged = warehouse.acknowledged
        last = max(warehouse.batches.map(\.number).max() ?? 0, acknowledged)
        contiguous = acknowledged
        applied = position
        let open = recovery.unacknowledged
        if !configuration.copiesAgain || mutation == .givenUpPositionsCount {
            for definition in open { positions[definition.number] = definition.position }
        }
        let plan =
            configuration.copiesAgain
            ? try ReplayPlan([])
            : try ReplayPlan(open, acknowledgedParts: recovery.acknowledgedParts, position: position)
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
