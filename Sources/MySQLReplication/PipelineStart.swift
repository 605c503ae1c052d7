import ClickHouseClient
import LeatState
import Logging
import MySQLClient
import MySQLProtocol
import MySQLSchema
import Warehouse

/// Finds out where an earlier run stopped, and puts everything back to there.
struct PipelineStart: Sendable {
    let options: ReplicationOptions
    let hosts: SourceHosts
    let admission: HostAdmission
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
        /// Whether the source folds the names of databases and tables.
        let foldsNames: Bool
    }

    func recover() async throws -> Found {
        let recovery = try await log.recover()
        let needs = try StreamNeeds(recovery, isFromNow: options.copiesAgain)
        let inspector = try await hosts.connect(through: admission) { needs }
        do {
            let found = try await recover(recovery, with: inspector)
            await inspector.close()
            return found
        } catch {
            await inspector.close()
            throw error
        }
    }

    private func recover(_ recovery: BatchLog.Recovery, with inspector: SourceInspector) async throws -> Found {
        let executed = try await inspector.executedGTIDs()
        if recovery.isNew || options.copiesAgain { try await warnOfPreparedTransactions(inspector) }
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
            executed: executed,
            foldsNames: try await inspector.lowerCaseTableNames() != 0
        )
    }

    /// Rows of transactions that were prepared before the stream begins come neither with a copy nor with the stream:
    /// when one of them commits, the tables that it may have changed have to be copied again.
    private func warnOfPreparedTransactions(_ inspector: SourceInspector) async throws {
        guard let prepared = try await inspector.preparedTransactions(), !prepared.isEmpty else { return }
        logger.warning(
            "XA transactions are prepared whose rows have come through the binlog already",
            metadata: [
                "host": "\(inspector.endpoint.address)",
                "transactions": "\(prepared.prefix(10).map(\.description).joined(separator: ", "))",
                "remedy": "decide them now: once one commits, every table is stopped until it is copied again",
            ]
        )
    }

    /// Restores the tables that an earlier run knew, and sorts out what it claimed. Tables that are new are found by
    /// ``TableDiscovery`` once the stream runs.
    func restore(_ found: Found, _ parts: PipelineParts, _ warehouse: Warehouse) async throws {
        if options.copiesAgain { await log.giveUpPositions() }
        let last = await log.last
        let states = try await store.takeOver(epoch: found.recovery.epoch)
        // Of dropped tables there may be many, and nothing is left of nearly all of them.
        var present: Set<TableName> = []
        if states.contains(where: { $0.phase == .dropped }) {
            for (database, table) in try await warehouse.ownTables() {
                present.insert(TableName(database: database, table: table))
            }
        }
        for state in states {
            guard let name = TableName(parsing: state.name) else { continue }
            var raw: RawTable?
            let isThere =
                switch state.phase {
                case .streaming, .snapshotting: true
                case .dropped: present.contains(rawName(of: name))
                case .waiting, .quarantined, .paused, .excluded, .kept: false
                }
            if options.isWanted(name), isThere { raw = try await rawTable(of: name, in: warehouse) }
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

    private func rawName(of name: TableName) -> TableName {
        let database = options.warehouseDatabase(name.database)
        let table = WarehouseTable(database: database, name: name.table, columns: [], orderBy: [])
        return TableName(database: table.rawDatabase, table: name.table)
    }

    private func rawTable(of name: TableName, in warehouse: Warehouse) async throws -> RawTable? {
        do {
            return try await RawTable(
                in: warehouse,
                database: options.warehouseDatabase(name.database),
                name: name.table
            )
        } catch let error as PipelineError where error.kind == .unmanagedObject {
            // Whatever is there is not what the state speaks of.
            return nil
        }
    }
}
