import LeatState
import MySQLProtocol
import MySQLSchema
import PipelineCore
import Warehouse

/// The life of every table of a pipeline: which state each is in, and what an event makes of it.
///
/// Pure: an event goes in, a ``TableStep`` comes out, and memory changes in ``commit(_:)`` alone, once the step's state
/// is saved. Whoever carries steps out does one at a time. Nothing else sets a table's phase.
///
/// ```
///              adopted                copied, consistent
/// (unknown) ─────────────► snapshotting ────────────────► streaming ◄── created
///     ▲  waiting ──adopted──────▲ │ definition changed       │ │
///     │     ▲◄────────────────────┘                          │ │ refused, changed unseen, ALTER that cannot be
///     followed │     └── resumed, included again, renamed to  ◄───────┘ └────────────► quarantined ──adopted──►
///     snapshotting └──────────────── dropped (DROP TABLE, renamed away, forgotten)
/// ```
struct TableLifecycle: Sendable {
    /// What is known of one table.
    struct Entry: Sendable {
        /// As `leat.tables` holds it.
        var state: TableState
        /// How its rows are carried over; nil where they are not.
        var mapping: TableMapping?

        /// Whether its changes are carried over.
        var isFollowed: Bool { state.phase == .streaming || state.phase == .snapshotting }
    }

    private(set) var tables: [TableName: Entry] = [:]
    /// How many statements have named a table, also one that is not followed: a definition that was read before such a
    /// statement may not be used after it.
    private var generations: [TableName: Int] = [:]
    private var generationOfAll = 0
    let isWanted: @Sendable (TableName) -> Bool
    let warehouseDatabase: @Sendable (String) -> String
    /// Whether a column of a table becomes text when it holds a date that ClickHouse cannot.
    let carriesDatesAsText: @Sendable (TableName) -> Bool
    /// Whether a table is copied again after a statement that cannot be carried out in place.
    let rebuilds: @Sendable (TableName) -> Bool

    init(
        isWanted: @escaping @Sendable (TableName) -> Bool,
        warehouseDatabase: @escaping @Sendable (String) -> String,
        carriesDatesAsText: @escaping @Sendable (TableName) -> Bool = { _ in true },
        rebuilds: @escaping @Sendable (TableName) -> Bool = { _ in true }
    ) {
        self.isWanted = isWanted
        self.warehouseDatabase = warehouseDatabase
        self.carriesDatesAsText = carriesDatesAsText
        self.rebuilds = rebuilds
    }

    func generation(of name: TableName) -> Int { generationOfAll + (generations[name] ?? 0) }

    /// A statement that names these tables has come: what was read of them before may be out of date. nil: it may
    /// concern any table.
    mutating func noteStatement(naming names: [TableName]?) {
        guard let names else {
            generationOfAll += 1
            return
        }
        for name in Set(names) { generations[name, default: 0] += 1 }
    }

    /// The state of a step is saved: from now on it is what is the case.
    mutating func commit(_ step: TableStep) { tables[step.table] = step.entry }

    /// What an event makes of its table; nil if nothing.
    func step(for event: TableEvent) -> TableStep? {
        guard let name = event.table else { return nil }
        switch event {
        case .loaded(let state, let raw, let lastBatch, let isPositionGivenUp):
            return loaded(name, state, raw, lastBatch: lastBatch, isPositionGivenUp: isPositionGivenUp)
        case .created(let create, let definition, let number): return created(create, definition, number: number)
        case .altered(_, let actions, let number): return altered(name, actions, number: number)
        case .truncated(_, let number): return truncated(name, number: number)
        case .dropped(_, let number): return dropped(name, number: number)
        case .renamed(_, let new, let number): return renamed(name, to: new, number: number)
        case .appeared(_, let cause, let number): return appeared(name, cause: cause, number: number)
        case .changedUnseen(_, let what, let number):
            guard tables[name]?.isFollowed ?? false, !(number.map { isApplied($0, to: name) } ?? false) else {
                return nil
            }
            if let number, rebuilds(name) { return rebuild(name, because: what, barrier: number) }
            return quarantine(
                name,
                TableRefusal(cause: "not supported yet: \(what)", remedy: "leat tables resync \(name)")
            )
        case .refused(_, let refusal):
            if refusal.isOfCopy {
                return tables[name]?.isFollowed ?? false ? wait(name, because: refusal.cause) : nil
            }
            return waitForText(name, refusal) ?? quarantine(name, refusal)
        case .adopted(let definition, let raw, let generation, let number, let server):
            return adopted(definition, raw, generation: generation, number: number, server: server)
        case .copied(_, let copiedFrom, let position, let applied):
            return copied(name, copiedFrom: copiedFrom, position, applied: applied)
        case .opened(_, let copiedFrom, let holds, let uncertain):
            return opened(name, copiedFrom: copiedFrom, holds, uncertain: uncertain)
        case .interrupted(_, let copiedFrom, let cause): return interrupted(name, copiedFrom: copiedFrom, by: cause)
        case .completed(_, let position): return completed(name, position)
        case .consistent: return consistent(name)
        case .definitionDiffers(_, let copiedFrom): return definitionDiffers(name, copiedFrom: copiedFrom)
        case .hostDiffers(_, let copiedFrom): return hostDiffers(name, copiedFrom: copiedFrom)
        case .missing(_, let number): return missing(name, number: number)
        case .paused: return paused(name)
        case .resumed: return resumed(name)
        case .forgotten(_, let number): return forgotten(name, number: number)
        }
    }

    // MARK: What every step is made of

    /// Stops a table with a cause and a remedy; all others continue.
    func quarantine(_ name: TableName, _ refusal: TableRefusal) -> TableStep? {
        let known = tables[name]
        if let known, known.state.phase == .quarantined, known.state.cause == refusal.cause,
            known.state.isRetried == refusal.isRetried
        {
            return nil
        }
        // Where it is left out on purpose nothing can be refused.
        if let known, [.dropped, .excluded, .paused].contains(known.state.phase) { return nil }
        var entry = known ?? Entry(state: TableState(name: name.description, phase: .quarantined))
        entry.state.phase = .quarantined
        entry.state.cause = refusal.cause
        entry.state.remedy = refusal.remedy
        entry.state.isRetried = refusal.isRetried
        entry.state.consistentAt = ""
        return TableStep(
            table: name,
            prepare: [.stopCopy],
            entry: entry,
            finish: [.leaveOut, .releaseClaims],
            notice: .quarantined
        )
    }

    /// Lets a table wait for a copy: whatever it holds is not relied on any more.
    func wait(_ name: TableName, because cause: String, barrier: UInt64? = nil) -> TableStep {
        var entry = tables[name] ?? Entry(state: TableState(name: name.description, phase: .waiting))
        entry.state.phase = .waiting
        entry.state.cause = cause
        entry.state.remedy = "nothing: it is copied as soon as the stream has come to where the source is"
        entry.state.isRetried = false
        entry.state.consistentAt = ""
        if let barrier { entry.state.barrier = barrier }
        return TableStep(
            table: name,
            prepare: [.stopCopy],
            entry: entry,
            finish: [.leaveOut, .releaseClaims],
            notice: .waiting
        )
    }

    /// Has a table copied with a column as text that holds dates which ClickHouse cannot.
    ///
    /// - Returns: nil if that is not what it was refused for, or not wanted.
    private func waitForText(_ name: TableName, _ refusal: TableRefusal) -> TableStep? {
        guard let column = refusal.dateColumn, carriesDatesAsText(name), let entry = tables[name],
            entry.isFollowed || entry.state.phase == .waiting, let known = definition(of: name, entry)
        else { return nil }
        // In place, unless rows are sorted by it.
        let isKey = known.keyColumns?.contains(column) ?? false
        let cause = "\(refusal.cause), and is carried as text from now on"
        var step = isKey ? rebuild(name, because: cause) : wait(name, because: cause)
        // Another of its rows was refused for the same column before.
        let definition = known.carryingAsText(column) ?? known
        step.entry.state.definition = StoredDefinition(definition).text
        step.entry.mapping = nil
        return step
    }

    /// The definition that a table's rows are carried by, or were at last.
    func definition(of name: TableName, _ entry: Entry) -> TableDefinition? {
        entry.mapping?.definition ?? (try? StoredDefinition(json: entry.state.definition).definition(of: name))
    }

    /// Lets a table wait for a copy by another definition. The view shows it as it was until then.
    func rebuild(_ name: TableName, because cause: String, barrier: UInt64? = nil) -> TableStep {
        var step = wait(name, because: cause, barrier: barrier)
        if let known = tables[name]?.state, known.phase == .streaming, known.replaces.isEmpty {
            step.entry.state.replaces = "\(name.table)__replaced_\(barrier ?? known.copiedFrom)"
        }
        return step
    }

    /// Whether barrier `number` was applied to the table already: it is repeated after a crash.
    func isApplied(_ number: UInt64, to name: TableName) -> Bool {
        (tables[name]?.state.barrier ?? 0) >= number
    }
}
