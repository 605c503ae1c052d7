import ClickHouseClient
import LeatState
import MySQLClient
import MySQLProtocol
import MySQLSchema
import Pipeline

extension ReplicationPipeline {
    /// Copies a table behind the copies that are under way.
    func startCopy(of name: TableName) {
        guard let mapping = tables[name]?.mapping else { return }
        let decoder = decoder
        let log = log
        let copier = TableCopier(
            mapping: mapping,
            options: .init(
                connections: options.snapshotConnections,
                rowsPerRange: max(1_000, min(options.batchRows, 1 << 20)),
                insertBytes: options.batchBytes
            ),
            surroundings: .init(
                endpoint: { [hosts] in hosts.current },
                log: log,
                write: { [warehouse, observer] rows, number in
                    let started = ContinuousClock.now
                    defer { observer.inserted(in: .now - started) }
                    do {
                        try await warehouse.insert(rows, into: mapping.warehouse, asBatch: number)
                    } catch let error as ClickHouseError where error.isRefusal {
                        throw TableCopier.Interruption.refused(Self.refusal(of: name, error))
                    }
                },
                received: { decoder?.seen ?? GTIDSet() },
                expected: { [observer] rows in observer.copyExpected(table: name.description, rows: rows) },
                progress: { [observer] rows, bytes, duration in
                    observer.rangeCopied(table: name.description, rows: rows, bytes: bytes, duration: duration)
                },
                trace: { [options] number in
                    BatchTrace(options.tracer, rangeOf: name.description, number: number, source: options.name)
                },
                logger: logger
            )
        )
        tables[name]?.copier = copier
        observer.copyBegins(table: name.description)
        let previous = copyQueue
        let copy = Task {
            await previous?.value
            await self.copy(name, with: copier)
        }
        tables[name]?.copy = copy
        copyQueue = copy
    }

    private func copy(_ name: TableName, with copier: TableCopier) async {
        var pause = Backoff()
        var refusals = 0
        while !Task.isCancelled {
            guard let table = tables[name], table.copier === copier, table.state.phase == .snapshotting,
                table.state.consistentAt.isEmpty, let mapping = table.mapping
            else { return }
            do {
                let claimed = try await log.ranges(ofTable: name.description, after: table.state.copiedFrom)
                let open = copier.open.union(table.unacknowledgedRanges.map(\.number))
                let again = claimed.filter { open.contains($0.number) }
                logger.info("copying a table", metadata: ["table": "\(name)", "ranges": "\(claimed.count)"])
                let position = try await copier.run(done: claimed, unacknowledged: again)
                // From 0 on there is nothing older.
                if table.state.copiedFrom > 0 {
                    try await warehouse.tombstoneOlder(thanBatch: table.state.copiedFrom, in: mapping.warehouse)
                }
                guard tables[name]?.copier === copier else { return }
                tables[name]?.state.consistentAt = position.description
                tables[name]?.unacknowledgedRanges = []
                // The stream is often there already; a source that has logged nothing yet has nothing to wait for.
                if position.isEmpty || isConsistent(name) {
                    await complete(name)
                } else {
                    try await save(name)
                }
                return
            } catch TableCopier.Interruption.refused(let refusal) {
                await copier.abandonClaims()
                await quarantine(name, refusal)
                return
            } catch let error as PipelineError {
                // Fenced, or the state contradicts itself: going on could only do harm.
                fail(error)
                return
            } catch TableCopier.Interruption.definitionChanged {
                // The statement that explains it is on its way through the stream, and its barrier waits for all numbers
                // that are claimed: let them go, and begin anew.
                await copier.abandonClaims()
                guard tables[name]?.copier === copier else { return }
                tables[name]?.unacknowledgedRanges = []
                tables[name]?.state.copiedFrom = await log.last
                try? await save(name)
                logger.info("a table is changing while it is copied, waiting", metadata: ["table": "\(name)"])
                try? await Task.sleep(for: pause.next())
            } catch {
                if Task.isCancelled { return }
                if let error = error as? ClickHouseError, error.code == .server, !error.isTransient {
                    refusals += 1
                    if refusals >= Self.refusalsMax {
                        await copier.abandonClaims()
                        await quarantine(name, Self.refusal(of: name, error))
                        return
                    }
                }
                observer.failed(.retry, stage: .snapshot, message: "\(error)")
                logger.warning("a copy was interrupted, going on", metadata: ["table": "\(name)", "error": "\(error)"])
                try? await Task.sleep(for: pause.next())
            }
        }
    }

    /// Ends a table's copy for good: its claims are let go, so that later batches can become contiguous.
    func abandonCopy(of name: TableName) async {
        guard let copier = tables[name]?.copier else { return }
        tables[name]?.copier = nil
        tables[name]?.copy?.cancel()
        await tables[name]?.copy?.value
        tables[name]?.copy = nil
        for definition in tables[name]?.unacknowledgedRanges ?? [] { await log.acknowledge(definition.number) }
        tables[name]?.unacknowledgedRanges = []
        await copier.abandonClaims()
    }

    /// Ends all copies; their claims stay and are read again at the next start.
    func stopCopies() async {
        for table in tables.values { table.copy?.cancel() }
        for table in tables.values { await table.copy?.value }
    }

    /// Copies a table again in place: rows that the source no longer has get a tombstone at the end.
    ///
    /// - Throws: ``PipelineError`` if there is no such table, or it cannot be followed.
    public func resync(_ text: String) async throws {
        guard let name = TableName(parsing: text), options.isWanted(name), let decoder else {
            throw PipelineError(
                .precondition,
                "the pipeline `\(options.name)` has no table `\(text)`",
                remedy: "leat tables list"
            )
        }
        await abandonCopy(of: name)
        let inspector = try await SourceInspector(endpoint: endpoint, logger: logger)
        defer { Task { await inspector.close() } }
        // The definition must be the one that the stream is at: read it, let the stream come to that point, read again.
        var definition = try await inspector.table(name)
        while true {
            let executed = try await inspector.executedGTIDs()
            while !decoder.received.isSuperset(of: executed) {
                try Task.checkCancellation()
                if let failure { throw failure }
                try await Task.sleep(for: .milliseconds(50))
            }
            let again = try await inspector.table(name)
            if again == definition { break }
            definition = again
        }
        guard let definition else {
            throw PipelineError(.precondition, "the source has no table `\(text)`", remedy: "leat tables list")
        }
        if let refusal = try await copyAnew(definition) {
            throw PipelineError(.precondition, "`\(text)` cannot be followed: \(refusal.cause)", remedy: refusal.remedy)
        }
        if let mapping = tables[name]?.mapping { decoder.follow(mapping) }
        startCopy(of: name)
    }

    /// Prepares a table for a copy in place, behind a barrier of its own.
    ///
    /// - Returns: why it cannot be followed; it is quarantined then.
    @discardableResult
    func copyAnew(_ definition: TableDefinition) async throws -> TableRefusal? {
        let name = definition.name
        let mapping: TableMapping
        do {
            mapping = try TableMapping(definition, database: options.warehouseDatabase(name.database))
        } catch {
            await quarantine(name, error)
            return error
        }
        let number = try await log.define(
            BatchDefinition(kind: .barrier, table: name.description, detail: "copy again")
        )
        let floor = try await shape(mapping, number: number, floor: tables[name]?.state.floor ?? 0)
        var state = TableState(name: name.description, phase: .snapshotting)
        state.floor = floor
        state.copiedFrom = number
        state.definition = try StoredDefinition(definition).json
        tables[name] = Table(state: state, mapping: mapping)
        try await save(name)
        await log.acknowledge(number)
        observer.barrierPassed()
        return nil
    }

    /// Makes the warehouse's table fit the mapping: as it is, or, where its columns differ, a new one in its place.
    private func shape(_ mapping: TableMapping, number: UInt64, floor: UInt64) async throws -> UInt64 {
        let table = mapping.warehouse
        if let existing = try await warehouse.columns(of: table),
            existing != table.columns.map({ "\($0.name) \($0.type)" })
        {
            try await warehouse.drop(table, batch: number)
            try await warehouse.create(table, floor: 0)
            return 0
        }
        try await warehouse.create(table, floor: floor)
        return floor
    }
}
