import ClickHouseClient
import LeatState
import Logging
import MySQLClient
import MySQLProtocol
import MySQLSchema
import Observability
import PipelineCore
import Warehouse

/// Runs the copies of tables, one after another: they share the connections' budget.
///
/// Knows what each copy has claimed. What a copy comes to is an event for ``TableKeeper``.
actor SnapshotCoordinator: TableCopies {
    struct Surroundings: Sendable {
        let warehouse: Warehouse
        let log: BatchLog
        let tables: TableKeeper
        let decoder: StreamDecoder
        let applied: AppliedPosition
        let observer: any ReplicationObserver
        let options: ReplicationOptions
        let hosts: SourceHosts
        /// Lets the stream's connection continue where it stood still.
        let resume: @Sendable () async -> Void
        let fail: @Sendable (any Error) async -> Void
        let logger: Logger
    }

    /// A copy that is to be made, or is being made.
    private struct Copy {
        let name: TableName
        let copier: TableCopier
        let mapping: TableMapping
        let state: TableState
        /// Whether rows of before are to be removed at the end.
        let hasOlderRows: Bool
        var task: Task<Outcome?, Never>?
    }

    /// How a copy ended that nobody has ended.
    private enum Outcome: Sendable {
        case copied(GTIDSet)
        case refused(TableRefusal)
        case definitionDiffers
        case hostDiffers
        case void(any Error)
        case failed(any Error)
    }

    private let around: Surroundings
    private var running: Copy?
    private var queue: [Copy] = []
    /// Those that have ended and may have claims left.
    private var ended: [TableName: [TableCopier]] = [:]
    /// Ranges claimed before a crash that have to be read again under their number.
    private var unacknowledged: [TableName: [BatchDefinition]] = [:]
    /// Nothing is copied before all is known of what an earlier run claimed.
    private var hasBegun = false
    private var isEnding = false
    /// How often the copy of a table without a key was begun since it was complete.
    private var attempts: [TableName: Int] = [:]
    /// It is begun as often before somebody has to see to it.
    private static let attemptsMax = 6

    init(_ surroundings: Surroundings) { around = surroundings }

    func begin() {
        hasBegun = true
        runNext()
    }

    /// An earlier run has claimed this range and not written it.
    func take(range definition: BatchDefinition, of name: TableName) {
        unacknowledged[name, default: []].append(definition)
    }

    func start(_ name: TableName, _ entry: TableLifecycle.Entry?, hasOlderRows: Bool) async {
        guard let entry, let mapping = entry.mapping, !isEnding else { return }
        let copier = copier(
            of: name,
            mapping,
            readFrom: entry.state.readFrom,
            copiedFrom: entry.state.copiedFrom
        )
        around.observer.copyBegins(table: name.description)
        let copy = Copy(name: name, copier: copier, mapping: mapping, state: entry.state, hasOlderRows: hasOlderRows)
        // A copy waits at its end for all numbers up to the one that it began after: those of older copies come first.
        let index = queue.firstIndex { $0.state.copiedFrom > entry.state.copiedFrom } ?? queue.endIndex
        queue.insert(copy, at: index)
        runNext()
    }

    private func runNext() {
        guard hasBegun, running == nil, !isEnding, !queue.isEmpty else { return }
        var copy = queue.removeFirst()
        let task = Task { [copy] in await self.run(copy) }
        copy.task = task
        running = copy
        Task { [copy] in await self.finished(copy, await task.value) }
    }

    func stop(_ name: TableName) async {
        for copy in queue where copy.name == name { ended[name, default: []].append(copy.copier) }
        queue.removeAll { $0.name == name }
        guard let copy = running, copy.name == name else { return }
        // Its outcome no longer counts from here on.
        running = nil
        ended[name, default: []].append(copy.copier)
        copy.task?.cancel()
        _ = await copy.task?.value
        runNext()
    }

    func release(_ name: TableName) async {
        for copier in ended.removeValue(forKey: name) ?? [] { await copier.abandonClaims() }
        for definition in unacknowledged.removeValue(forKey: name) ?? [] {
            await around.log.acknowledge(definition.number)
        }
    }

    func completed(_ name: TableName) { attempts[name] = nil }

    /// Ends all copies; their claims stay and are read again at the next start.
    func end() async {
        isEnding = true
        running?.task?.cancel()
        _ = await running?.task?.value
    }

    private func copier(
        of name: TableName,
        _ mapping: TableMapping,
        readFrom server: String,
        copiedFrom: UInt64
    ) -> TableCopier {
        let around = around
        return TableCopier(
            mapping: mapping,
            options: .init(
                connections: around.options.snapshotConnections,
                rowsPerRange: max(1_000, min(around.options.batchRows, 1 << 20)),
                insertBytes: around.options.batchBytes
            ),
            surroundings: .init(
                endpoint: { around.hosts.current },
                server: server,
                log: around.log,
                write: { rows, number in
                    let started = ContinuousClock.now
                    defer { around.observer.inserted(in: .now - started) }
                    do {
                        try await around.warehouse.insert(rows, into: mapping.warehouse, asBatch: number)
                    } catch let error as ClickHouseError where error.isRefusal {
                        throw TableCopier.Interruption.refused(BatchWriter.refusal(of: name, error))
                    }
                },
                received: { around.hosts.reachable(of: around.decoder.seen) },
                hold: { isHeld in
                    around.decoder.hold(isHeld)
                    if !isHeld { await around.resume() }
                },
                opened: { snapshot in
                    try await around.tables.performUnlessCancelled(
                        .opened(name, copiedFrom: copiedFrom, holds: snapshot.holds, uncertain: snapshot.uncertain)
                    )
                },
                expected: { rows in around.observer.copyExpected(table: name.description, rows: rows) },
                progress: { rows, bytes, duration in
                    around.observer.rangeCopied(table: name.description, rows: rows, bytes: bytes, duration: duration)
                },
                trace: { number in
                    BatchTrace(
                        around.options.tracer,
                        rangeOf: name.description,
                        number: number,
                        source: around.options.name
                    )
                },
                logger: around.logger
            )
        )
    }

    /// - Returns: nil if the copy was cancelled.
    private func run(_ copy: Copy) async -> Outcome? {
        let (name, copier, state) = (copy.name, copy.copier, copy.state)
        // All ranges were copied before the last start.
        if !state.consistentAt.isEmpty { return nil }
        if copy.mapping.isMultiset, let refusal = await nextAttempt(at: name) { return .refused(refusal) }
        var pause = Backoff()
        var refusals = 0
        while !Task.isCancelled {
            do {
                let claimed = try await around.log.ranges(ofTable: name.description, after: state.copiedFrom)
                let open = copier.open.union((unacknowledged[name] ?? []).map(\.number))
                let again = claimed.filter { open.contains($0.number) }
                var metadata: Logger.Metadata = ["table": "\(name)"]
                if !claimed.isEmpty { metadata["ranges_before"] = "\(claimed.count)" }
                around.logger.info("copying a table", metadata: metadata)
                if copy.mapping.isMultiset {
                    return .copied(try await copier.copyWhole(isLocking: attempts[name, default: 0] > 1))
                }
                let position = try await copier.run(done: claimed, unacknowledged: again)
                unacknowledged[name] = nil
                try await around.log.waitUntilAcknowledged(state.copiedFrom)
                if copy.hasOlderRows {
                    try await around.warehouse.tombstoneOlder(thanBatch: state.copiedFrom, in: copy.mapping.warehouse)
                }
                return .copied(position)
            } catch TableCopier.Interruption.refused(let refusal) {
                return .refused(refusal)
            } catch TableCopier.Interruption.definitionChanged {
                return .definitionDiffers
            } catch TableCopier.Interruption.hostChanged where around.hosts.isAdmitted {
                return .hostDiffers
            } catch let error as TableCopier.CopyIsVoid {
                if error.cause is PipelineError { return .failed(error.cause) }
                return Task.isCancelled ? nil : .void(error.cause)
            } catch let error as PipelineError {
                // Fenced, or the state contradicts itself: to continue could only do harm.
                return .failed(error)
            } catch {
                if Task.isCancelled { return nil }
                if let error = error as? ClickHouseError, error.code == .server, !error.isTransient {
                    refusals += 1
                    if refusals >= BatchWriter.refusalsMax {
                        return .refused(BatchWriter.refusal(of: name, error))
                    }
                }
                around.observer.failed(.retry, stage: .snapshot, error)
                around.logger.warning(
                    "table snapshot interrupted; retrying",
                    metadata: ["table": "\(name)", "error": "\(error)"]
                )
                try? await Task.sleep(for: pause.next())
            }
        }
        return nil
    }

    /// Counts the attempts to copy a table without a key, and spaces them out.
    ///
    /// - Returns: why there is to be none.
    private func nextAttempt(at name: TableName) async -> TableRefusal? {
        let count = attempts[name, default: 0]
        attempts[name] = count + 1
        if count >= Self.attemptsMax {
            // Somebody may have seen to it by the time it is tried again.
            attempts[name] = 1
            return TableRefusal(
                cause:
                    "it has no key, and its copy came to nothing \(count) times: transactions changed it at the very "
                    + "moment at which the copy began, or the copy was interrupted",
                remedy: "GRANT LOCK TABLES ON \(TableName.quote(name.database)).* to the user in leat.yaml, so that "
                    + "writers can wait for that moment; or add a primary key",
                isRetried: true
            )
        }
        if count > 0 { try? await Task.sleep(for: .milliseconds(500 << count)) }
        return nil
    }

    private func finished(_ copy: Copy, _ outcome: Outcome?) async {
        guard running?.copier === copy.copier else { return }
        running = nil
        defer { runNext() }
        guard let outcome else { return }
        let (name, copiedFrom) = (copy.name, copy.state.copiedFrom)
        ended[name, default: []].append(copy.copier)
        let event: TableEvent
        switch outcome {
        case .copied(let position):
            event = .copied(
                name,
                copiedFrom: copiedFrom,
                position: position,
                applied: around.applied.snapshot.position.union(around.decoder.prepared)
            )
        case .refused(let refusal): event = .refused(name, refusal)
        case .definitionDiffers: event = .definitionDiffers(name, copiedFrom: copiedFrom)
        case .hostDiffers: event = .hostDiffers(name, copiedFrom: copiedFrom)
        case .void(let error): event = .interrupted(name, copiedFrom: copiedFrom, by: "\(error)")
        case .failed(let error):
            await around.fail(error)
            return
        }
        do {
            try await around.tables.perform(event)
            // The stream may have come there meanwhile.
            if case .copied = outcome {
                let shown = around.applied.snapshot.position.union(around.decoder.prepared)
                try await around.tables.completeCopies(at: shown)
            }
        } catch {
            if !(error is CancellationError) { await around.fail(error) }
        }
    }
}
