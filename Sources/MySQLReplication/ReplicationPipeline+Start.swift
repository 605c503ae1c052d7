import ClickHouseClient
import Foundation
import LeatState
import MySQLClient
import MySQLProtocol
import MySQLSchema
import Pipeline

extension ReplicationPipeline {
    /// Checks both sides, finds out where an earlier run stopped, and makes everything ready to stream.
    func start() async throws {
        try await Warehouse.requireWritable(client)
        let inspector = try await connectToSource()
        do {
            try await start(with: inspector)
        } catch {
            await inspector.close()
            throw error
        }
        await inspector.close()
    }

    private func connectToSource() async throws -> SourceInspector {
        var first: (any Error)?
        for _ in hosts.all {
            let endpoint = hosts.current
            do {
                let inspector = try await SourceInspector(endpoint: endpoint, logger: logger)
                try await inspector.requireFollowable()
                return inspector
            } catch {
                if first == nil { first = error }
                hosts.next(after: endpoint)
            }
        }
        throw first ?? PipelineError(.precondition, "the source `\(options.name)` has no hosts", remedy: "add hosts")
    }

    /// Seconds since 1970.
    static var now: Double { Date().timeIntervalSince1970 }

    private func start(with inspector: SourceInspector) async throws {
        let recovery = try await log.recover()
        // Before the definitions: what changes in between comes through the stream again.
        let executed = try await inspector.executedGTIDs()
        var position = try GTIDSet(parsing: recovery.checkpoint.position)
        if recovery.isNew {
            position = executed
            try await store.save(
                Checkpoint(acknowledged: 0, position: position.description),
                sourcePosition: executed.description,
                lagSeconds: 0
            )
        } else if options.copiesAgain {
            position = executed
        } else {
            try requireBinlogs(of: inspector, purged: try await inspector.purgedGTIDs(), position: position)
        }
        sourcePosition = executed
        let isFromNow = recovery.isNew || options.copiesAgain
        freshness = SourceFreshness(completeAt: isFromNow ? Self.now : recovery.completeAt)
        applied.advance(positions: [position.description], acknowledged: recovery.checkpoint.acknowledged)

        let plan =
            options.copiesAgain
            ? try ReplayPlan([])
            : try ReplayPlan(
                recovery.unacknowledged,
                acknowledgedParts: recovery.acknowledgedParts,
                position: position
            )
        let decoder = StreamDecoder(
            limits: .init(
                rows: options.batchRows,
                bytes: options.batchBytes,
                interval: options.batchInterval,
                outstandingBytes: 2 * options.batchBytes,
                hasChecksums: options.hasChecksums
            ),
            received: position,
            plan: plan,
            heartbeat: options.heartbeat?.table,
            isWanted: options.isWanted
        )
        self.decoder = decoder

        try await restoreTables(epoch: recovery.epoch)
        if options.copiesAgain { try await startAnew(inspector, after: recovery) }
        try await discoverTables(inspector)
        // What an earlier run claimed and left without anything to replay.
        for definition in recovery.unacknowledged where !options.copiesAgain {
            switch definition.kind {
            case .range: await sortOut(range: definition)
            // What of it was written is right; what was not is found by the next comparison.
            case .repair: await log.acknowledge(definition.number)
            case .stream, .barrier:
                if definition.position.isEmpty && definition.parts.isEmpty { await log.acknowledge(definition.number) }
            }
        }
        for (name, table) in tables {
            if let mapping = table.mapping, table.state.phase == .streaming || table.state.phase == .snapshotting {
                decoder.follow(mapping)
            } else if table.state.phase == .quarantined || table.state.phase == .paused {
                decoder.stop(name, asQuarantined: true)
            }
        }
        for name in tables.keys.sorted() where tables[name]?.state.phase == .snapshotting { startCopy(of: name) }
    }

    private func requireBinlogs(of inspector: SourceInspector, purged: GTIDSet, position: GTIDSet) throws {
        let missing = purged.subtracting(position)
        guard !missing.isEmpty else { return }
        throw PipelineError(
            .sourceLost,
            "the source has purged binlogs that the pipeline `\(options.name)` still needs (missing \(missing))",
            remedy:
                "start once with --copy-again, which copies every table anew in place "
                + "(and raise binlog_expire_logs_seconds on \(inspector.endpoint.host):\(inspector.endpoint.port))"
        )
    }

    /// Takes up the tables that an earlier run knew.
    private func restoreTables(epoch: UInt64) async throws {
        for state in try await store.takeOver(epoch: epoch) {
            guard let name = TableName(parsing: state.name) else { continue }
            guard options.isWanted(name) else { continue }
            var table = Table(state: state)
            if !state.definition.isEmpty {
                let definition = try StoredDefinition(json: state.definition).definition(of: name)
                if let mapping = try? TableMapping(definition, database: options.warehouseDatabase(name.database)) {
                    table.mapping = mapping
                    if state.phase == .streaming || state.phase == .snapshotting {
                        try await warehouse.create(mapping.warehouse, floor: state.floor)
                    }
                }
            }
            tables[name] = table
            observer.tableChanged(state)
        }
    }

    /// Lets go of everything that waits to be replayed, and copies all known tables again.
    private func startAnew(_ inspector: SourceInspector, after recovery: BatchLog.Recovery) async throws {
        for definition in recovery.unacknowledged { await log.acknowledge(definition.number) }
        let definitions = try await inspector.tables().tables
        for name in tables.keys.sorted() where tables[name]?.state.phase != .dropped {
            guard let definition = definitions.first(where: { $0.name == name }) else {
                await quarantine(
                    name,
                    TableRefusal(cause: "the source no longer has it", remedy: "drop its view, if it is not needed")
                )
                continue
            }
            try await copyAnew(definition)
        }
        await saveCheckpoint()
    }

    /// Takes up the tables that the source has and no earlier run knew.
    private func discoverTables(_ inspector: SourceInspector) async throws {
        let schema = try await inspector.tables()
        for definition in schema.tables where options.isWanted(definition.name) && tables[definition.name] == nil {
            try await takeUp(definition, copying: true)
        }
        for table in schema.unreadable where options.isWanted(table.name) && tables[table.name] == nil {
            tables[table.name] = Table(state: TableState(name: table.name.description, phase: .quarantined))
            await quarantine(table.name, TableRefusal(cause: table.reason, remedy: "leat tables resync \(table.name)"))
        }
    }

    /// Creates a table in the warehouse and begins to follow it.
    ///
    /// - Parameter copying: whether it has rows that must be copied first; not so for one that was just created.
    func takeUp(_ definition: TableDefinition, copying: Bool) async throws {
        let name = definition.name
        do {
            let mapping = try TableMapping(definition, database: options.warehouseDatabase(name.database))
            try await warehouse.create(mapping.warehouse, floor: 0)
            var state = TableState(name: name.description, phase: copying ? .snapshotting : .streaming)
            state.copiedFrom = await log.last
            state.definition = try StoredDefinition(definition).json
            tables[name] = Table(state: state, mapping: mapping)
            try await save(name)
        } catch let refusal as TableRefusal {
            tables[name] = Table(state: TableState(name: name.description, phase: .quarantined))
            await quarantine(name, refusal)
        } catch let error as ClickHouseError where error.isRefusal {
            tables[name] = Table(state: TableState(name: name.description, phase: .quarantined))
            await quarantine(
                name,
                TableRefusal(
                    cause: "ClickHouse refused to create it: \(error)",
                    remedy: "leat tables resync \(name)"
                )
            )
        }
    }

    /// A range that an earlier run claimed: read it again, or let it go if its copy was finished, which is recorded once
    /// all its ranges are in the warehouse, or has been started anew since.
    private func sortOut(range definition: BatchDefinition) async {
        if let name = TableName(parsing: definition.table), let table = tables[name],
            table.state.phase == .snapshotting, table.state.consistentAt.isEmpty,
            definition.number > table.state.copiedFrom
        {
            tables[name]?.unacknowledgedRanges.append(definition)
        } else {
            await log.acknowledge(definition.number)
        }
    }

    /// Saves a table's state now, or as soon as the warehouse takes it; also from a task that is cancelled.
    func saveSoon(_ name: TableName) async {
        await Task {
            do {
                try await save(name)
            } catch {
                unsaved.insert(name)
                logger.warning("the state of a table could not be saved yet", metadata: ["error": "\(error)"])
            }
        }.value
    }

    /// Tries again what ``saveSoon(_:)`` could not save.
    func saveUnsaved() async {
        let names = unsaved
        unsaved = []
        for name in names { await saveSoon(name) }
    }

    /// Writes a table's state to `leat.tables`, and tells the observer.
    func save(_ name: TableName) async throws {
        guard let state = tables[name]?.state else { return }
        try await store.save(state)
        observer.tableChanged(state)
    }
}
