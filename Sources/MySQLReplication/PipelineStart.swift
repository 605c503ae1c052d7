import ClickHouseClient
import LeatState
import Logging
import MySQLClient
import MySQLProtocol
import MySQLSchema
import Pipeline

/// Finds out where an earlier run stopped, and puts everything back to there.
struct PipelineStart: Sendable {
    let options: ReplicationOptions
    let hosts: SourceHosts
    let log: BatchLog
    let store: StateStore
    let applied: AppliedPosition
    let logger: Logger

    /// What both sides say about where to begin.
    struct Found: Sendable {
        let recovery: BatchLog.Recovery
        /// Everything in it is in the warehouse.
        let position: GTIDSet
        let plan: ReplayPlan
        /// Everything that the source had committed until then is in the warehouse: seconds since 1970.
        let completeAt: Double
        /// What the source has executed.
        let executed: GTIDSet
    }

    func recover() async throws -> Found {
        let inspector = try await connectToSource()
        do {
            let found = try await recover(with: inspector)
            await inspector.close()
            return found
        } catch {
            await inspector.close()
            throw error
        }
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

    private func recover(with inspector: SourceInspector) async throws -> Found {
        let recovery = try await log.recover()
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
        applied.advance(positions: [position.description], acknowledged: recovery.checkpoint.acknowledged)
        let plan =
            options.copiesAgain
            ? try ReplayPlan([])
            : try ReplayPlan(
                recovery.unacknowledged,
                acknowledgedParts: recovery.acknowledgedParts,
                position: position
            )
        return Found(
            recovery: recovery,
            position: position,
            plan: plan,
            completeAt: recovery.isNew || options.copiesAgain ? LagMonitor.now : recovery.completeAt,
            executed: executed
        )
    }

    private func requireBinlogs(of inspector: SourceInspector, purged: GTIDSet, position: GTIDSet) throws {
        let missing = purged.subtracting(position)
        guard !missing.isEmpty else { return }
        throw PipelineError(
            .sourceLost,
            "the source has purged binlogs that the pipeline `\(options.name)` still needs (missing \(missing))",
            remedy:
                "start once with --copy-again, which copies every table again in place "
                + "(and raise binlog_expire_logs_seconds on \(inspector.endpoint.host):\(inspector.endpoint.port))"
        )
    }

    /// Restores the tables that an earlier run knew, and sorts out what it claimed. Tables that are new are found by
    /// ``TableDiscovery`` once the stream runs.
    func restore(_ found: Found, _ parts: PipelineParts, _ warehouse: Warehouse) async throws {
        let last = await log.last
        for state in try await store.tables() {
            guard let name = TableName(parsing: state.name) else { continue }
            var raw: RawTable?
            if options.isWanted(name), state.phase == .streaming || state.phase == .snapshotting {
                raw = try await rawTable(of: name, in: warehouse)
            }
            try await parts.tables.perform(
                .loaded(state, raw: raw, lastBatch: last, isPositionGivenUp: options.copiesAgain)
            )
        }
        for definition in found.recovery.unacknowledged {
            switch definition.kind {
            case .range:
                if !options.copiesAgain, await parts.tables.needs(range: definition),
                    let name = TableName(parsing: definition.table)
                {
                    await parts.copies.take(range: definition, of: name)
                } else {
                    await log.acknowledge(definition.number)
                }
            // What of it was written is right; what was not is found by the next comparison.
            case .repair: await log.acknowledge(definition.number)
            case .stream, .barrier:
                if options.copiesAgain || (definition.position.isEmpty && definition.parts.isEmpty) {
                    await log.acknowledge(definition.number)
                }
            }
        }
        if options.copiesAgain { try await parts.checkpoints.saveForCertain() }
    }

    private func rawTable(of name: TableName, in warehouse: Warehouse) async throws -> RawTable? {
        do {
            return try await RawTable(
                in: warehouse,
                database: options.warehouseDatabase(name.database),
                name: name.table
            )
        } catch let error as PipelineError where error.kind == .notOurs {
            // Whatever is there is not what the state speaks of.
            return nil
        }
    }
}
