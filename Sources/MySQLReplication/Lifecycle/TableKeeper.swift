import ClickHouseClient
import LeatState
import Logging
import MySQLProtocol
import MySQLSchema
import Observability
import PipelineCore
import Warehouse

/// Carries out the steps of ``TableLifecycle``, one at a time, and saves each before memory changes.
///
/// A step waits as long as ClickHouse is out of reach; what ClickHouse refuses stops the table that the step concerns,
/// and no other.
actor TableKeeper {
    /// What steps act on, including the warehouse.
    struct Surroundings: Sendable {
        let warehouse: Warehouse
        let store: StateStore
        let log: BatchLog
        let observer: any ReplicationObserver
        let logger: Logger
    }

    private var lifecycle: TableLifecycle
    private var decoder: StreamDecoder?
    private var copies: (any TableCopies)?
    private var discovery: TableDiscovery?
    private let turn = Turnstile()
    private let around: Surroundings

    init(_ lifecycle: TableLifecycle, _ surroundings: Surroundings) {
        self.lifecycle = lifecycle
        around = surroundings
    }

    /// Hands over what steps act on; before the first of them.
    func attach(decoder: StreamDecoder, copies: any TableCopies, discovery: TableDiscovery) {
        self.decoder = decoder
        self.discovery = discovery
        self.copies = copies
    }

    // MARK: What is the case

    var tables: [TableName: TableLifecycle.Entry] { lifecycle.tables }
    func entry(_ name: TableName) -> TableLifecycle.Entry? { lifecycle.tables[name] }
    func generation(of name: TableName) -> Int { lifecycle.generation(of: name) }
    func needs(range definition: BatchDefinition) -> Bool { lifecycle.needs(range: definition) }
    var current: TableLifecycle { lifecycle }

    // MARK: Steps

    /// A statement has come that names these tables, or may concern any (nil).
    func noteStatement(naming names: [TableName]?) { lifecycle.noteStatement(naming: names) }

    /// Carries out what an event makes of its table.
    ///
    /// - Returns: whether it made anything of it.
    /// - Throws: `CancellationError`; ``PipelineError`` for what stops the pipeline.
    @discardableResult
    func perform(_ event: TableEvent) async throws -> Bool {
        await turn.enter()
        do {
            let isDone = try await performNow(event)
            await turn.leave()
            return isDone
        } catch {
            await turn.leave()
            throw error
        }
    }

    /// The same for a copy, which a step may be about to stop, and wait for: if it is cancelled, what becomes of the
    /// event is not waited for.
    nonisolated func performUnlessCancelled(_ event: TableEvent) async throws -> Bool {
        let (answers, output) = AsyncThrowingStream<Bool, any Error>.makeStream()
        Task {
            do {
                output.yield(try await self.perform(event))
                output.finish()
            } catch {
                output.finish(throwing: error)
            }
        }
        for try await answer in answers { return answer }
        throw CancellationError()
    }

    /// ClickHouse refuses rows of a batch. Those that are older than the present copy of their table are in it, or
    /// gone.
    func refuse(_ table: WarehouseTable, batch number: UInt64, _ refusal: (TableName) -> TableRefusal) async throws {
        await turn.enter()
        do {
            // Only now: a step may have been about to follow the table.
            let found = lifecycle.tables.first { $0.value.mapping?.warehouse.rawIdentifier == table.rawIdentifier }
            if let found, found.value.state.copiedFrom < number {
                _ = try await performNow(.refused(found.key, refusal(found.key)))
            }
            await turn.leave()
        } catch {
            await turn.leave()
            throw error
        }
    }

    private func performNow(_ event: TableEvent) async throws -> Bool {
        guard let step = lifecycle.step(for: event) else { return false }
        do {
            try await perform(step)
        } catch let refusal as TableRefusal {
            // What is saved of it is known from here on, though it cannot be made so.
            if case .loaded = event { lifecycle.commit(step) }
            // Of a table that is refused already only what stops it is left, which needs nothing that can be refused.
            guard let stop = lifecycle.step(for: .refused(step.table, refusal)) else { return true }
            try await perform(stop)
        }
        return true
    }

    private func perform(_ step: TableStep) async throws {
        var received = GTIDSet()
        for action in step.prepare {
            if case .follow(let mapping, let passedOver, let uncertain) = action {
                received = follow(mapping, passedOver, uncertain)
            } else {
                try await act(action, of: step.table)
            }
        }
        let step = step.ready(last: await around.log.last, received: received)
        if lifecycle.tables[step.table]?.state != step.entry.state {
            try await retrying { try await self.around.store.save(step.entry.state) }
        }
        lifecycle.commit(step)
        around.observer.tableChanged(step.entry.state)
        if case .complete = step.notice { await copies?.completed(step.table) }
        report(step)
        for action in step.finish {
            do {
                try await act(action, of: step.table)
            } catch let refusal as TableRefusal where !step.entry.isFollowed {
                // What is left in ClickHouse does no harm.
                around.logger.error(
                    "left as it is in ClickHouse",
                    metadata: ["table": "\(step.table)", "cause": "\(refusal.cause)"]
                )
            }
        }
    }

    private func act(_ action: TableAction, of name: TableName) async throws {
        let warehouse = around.warehouse
        switch action {
        case .create(let table, let floor):
            try await refusing(name) { try await warehouse.create(table, floor: floor) }
        case .addColumns(let columns, let table, let floor):
            try await refusing(name) {
                try await warehouse.addColumns(
                    columns.map { ($0.column, $0.after) },
                    defaults: Dictionary(
                        columns.compactMap { column in column.default.map { (column.column.name, $0) } }
                    ) { first, _ in first },
                    to: table,
                    floor: floor
                )
            }
        case .reshape(let table, let widened, let dropped, let floor):
            try await refusing(name) {
                try await warehouse.reshape(table, widened: widened, dropped: dropped, floor: floor)
            }
        case .convertToText(let columns, let table, let floor):
            try await refusing(name) { try await warehouse.convertToText(columns, of: table, floor: floor) }
        case .showFrom(let table, let floor):
            try await refusing(name) { try await warehouse.replaceView(table, floor: floor) }
        case .setAside(let database, let table, let batch):
            try await refusing(name) { try await warehouse.setAside(database: database, name: table, batch: batch) }
        case .createBehind(let table): try await refusing(name) { try await warehouse.createBehind(table) }
        case .replace(let table, let kept, let floor, let keepsCopied):
            try await refusing(name) {
                try await warehouse.replace(by: table, as: kept, floor: floor, keepsCopied: keepsCopied)
            }
        case .removeReplaced(let kept, let table):
            try await refusing(name) { try await warehouse.removeReplaced(kept, of: table) }
        case .removeBelowFloor(let table, let floor):
            try await refusing(name) { try await warehouse.removeBelowFloor(table, floor: floor) }
        case .stopCopy: await copies?.stop(name)
        case .releaseClaims: await copies?.release(name)
        case .startCopy(let hasOlderRows):
            await copies?.start(name, lifecycle.tables[name], hasOlderRows: hasOlderRows)
        case .follow(let mapping, let passedOver, let uncertain): follow(mapping, passedOver, uncertain)
        case .leaveOut: decoder?.stop(name, asQuarantined: true)
        case .unfollow: decoder?.stop(name, asQuarantined: false)
        }
    }

    @discardableResult
    private func follow(_ mapping: TableMapping, _ passedOver: String, _ uncertain: String) -> GTIDSet {
        // Printed by us.
        func set(_ text: String) -> GTIDSet { (try? GTIDSet(parsing: text)) ?? GTIDSet() }
        return decoder?.follow(mapping, passingOver: set(passedOver), uncertain: set(uncertain)) ?? GTIDSet()
    }

    /// Repeats what a server that is out of reach does not take; what ClickHouse will not take is the table's own
    /// trouble.
    private func refusing(_ name: TableName, _ body: @Sendable () async throws -> Void) async throws {
        do {
            try await retrying(body)
        } catch let error as PipelineError where error.kind == .unmanagedObject {
            throw TableRefusal(cause: error.message, remedy: error.remedy, isRetried: true)
        } catch let error as ClickHouseError where !error.isOutOfReach {
            throw TableRefusal(
                cause: "ClickHouse refused: \(error)",
                remedy: "see to what ClickHouse says; the table is tried again each minute",
                isRetried: true
            )
        }
    }

    private func retrying(_ body: @Sendable () async throws -> Void) async throws {
        var pause = Backoff()
        var refusals = 0
        while true {
            do {
                try await body()
                return
            } catch let error as ClickHouseError {
                guard !Task.isCancelled else { throw CancellationError() }
                if !error.isOutOfReach {
                    // An error that nobody has classified may pass; what the server says for good counts immediately.
                    refusals += 1
                    if error.isRefusal || refusals >= BatchWriter.refusalsMax { throw error }
                }
                around.observer.failed(.retry, stage: .ddl, error)
                around.logger.warning("a step of a table failed; retrying", metadata: ["error": "\(error)"])
                try await Task.sleep(for: pause.next())
            }
        }
    }

    private func report(_ step: TableStep) {
        let state = step.entry.state
        switch step.notice {
        case .quarantined:
            around.observer.failed(
                .notify,
                stage: .receive,
                Explanation(cause: "\(step.table): \(state.cause)", remedy: state.remedy)
            )
            around.logger.error(
                "a table is quarantined",
                metadata: ["table": "\(step.table)", "cause": "\(state.cause)", "remedy": "\(state.remedy)"]
            )
        case .waiting:
            discovery?.look()
            around.logger.notice(
                "a table waits to be copied",
                metadata: ["table": "\(step.table)", "cause": "\(state.cause)"]
            )
        case .complete: around.logger.info("a table is complete", metadata: ["table": "\(step.table)"])
        case .dropped: around.logger.info("a table was dropped", metadata: ["table": "\(step.table)"])
        case nil: break
        }
    }
}

/// The copies of tables, as far as steps act on them.
protocol TableCopies: Sendable {
    /// Copies a table from where its state says.
    func start(_ name: TableName, _ entry: TableLifecycle.Entry?, hasOlderRows: Bool) async
    /// Ends a table's copy, and returns once it reads and claims nothing more.
    func stop(_ name: TableName) async
    /// A table's copy is consistent.
    func completed(_ name: TableName) async
    /// Acknowledges what a table's ended copies have claimed and not written.
    func release(_ name: TableName) async
}

extension ClickHouseError {
    /// The statement was not evaluated, or nobody knows whether it was: the cause is temporary, not the table.
    var isOutOfReach: Bool { isTransient || server == nil || code == .authentication || code == .readOnly }
}

extension TableKeeper {
    /// Tables whose copy has ended, and whose position the stream has passed, are complete.
    func completeCopies(at position: GTIDSet) async throws {
        for name in current.consistentTables(at: position) { try await perform(.consistent(name)) }
    }
}
