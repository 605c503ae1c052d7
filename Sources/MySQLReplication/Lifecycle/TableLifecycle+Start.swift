import LeatState
import MySQLProtocol
import MySQLSchema
import PipelineCore
import Warehouse

/// What a start finds.
extension TableLifecycle {
    func loaded(
        _ name: TableName,
        _ state: TableState,
        _ raw: RawTable?,
        lastBatch: UInt64,
        isPositionGivenUp: Bool
    ) -> TableStep? {
        var entry = Entry(state: state)
        guard isWanted(name) else {
            // Its rows pass by from here on, so what it holds is of no use when it comes back.
            if entry.state.phase != .dropped { entry.state.phase = .excluded }
            entry.state.cause = ""
            entry.state.remedy = ""
            return TableStep(table: name, entry: entry)
        }
        let database = warehouseDatabase(name.database)
        let isMoved = !state.warehouseDatabase.isEmpty && state.warehouseDatabase != database
        switch state.phase {
        case .dropped:
            // With the position it is given up, too, whether the table is there again.
            if isPositionGivenUp { return fresh(entry, name, because: "all tables are copied again") }
            var step = TableStep(table: name, entry: entry)
            // A crash came between saving that it is dropped and setting aside what there was.
            if raw != nil { step.finish = setAside(name, state, number: lastBatch) }
            return step
        case .paused: return TableStep(table: name, entry: entry, finish: [.leaveOut])
        case .excluded: return fresh(entry, name, because: "it was left out by the configuration, and is not any more")
        case .waiting, .kept: return TableStep(table: name, entry: entry, finish: [.leaveOut])
        case .quarantined:
            if isPositionGivenUp { return fresh(entry, name, because: "all tables are copied again") }
            return TableStep(table: name, entry: entry, finish: [.leaveOut])
        case .streaming, .snapshotting: break
        }
        if isPositionGivenUp { return fresh(entry, name, because: "all tables are copied again") }
        if isMoved {
            return fresh(
                entry,
                name,
                because: "its tables are in the database `\(state.warehouseDatabase)` in ClickHouse, and now belong "
                    + "into `\(database)`"
            )
        }
        guard let definition = try? StoredDefinition(json: state.definition).definition(of: name),
            let mapping = try? TableMapping(definition, database: database)
        else { return fresh(entry, name, because: "its recorded definition cannot be used by this version of Leat") }
        guard let raw else {
            return fresh(entry, name, because: "its table `\(mapping.warehouse.rawDatabase)` in ClickHouse is gone")
        }
        if raw.newestBatch > lastBatch {
            return fresh(
                entry,
                name,
                because: "its rows in ClickHouse are of batches that leat.batches does not know: the two do not belong "
                    + "together"
            )
        }
        guard raw.holds(mapping.warehouse) else {
            return fresh(entry, name, because: "its table in ClickHouse has other columns than are recorded")
        }
        if mapping.isMultiset, state.phase == .snapshotting {
            return fresh(entry, name, because: "its copy, which has to be made in one go, was interrupted")
        }
        entry.mapping = mapping
        entry.state.warehouseDatabase = database
        return TableStep(
            table: name,
            prepare: [
                state.replaces.isEmpty
                    ? .create(mapping.warehouse, floor: state.floor) : .createBehind(mapping.warehouse)
            ],
            entry: entry,
            finish: [.follow(mapping, passingOver: state.passedOver)]
                + (state.phase == .snapshotting ? [.startCopy(hasOlderRows: true)] : [])
        )
    }

    private func fresh(_ entry: Entry, _ name: TableName, because cause: String) -> TableStep {
        var before = self
        before.commit(TableStep(table: name, entry: entry))
        return before.wait(name, because: cause)
    }

    /// Whether a range that an earlier run claimed is to be read again under its number. Otherwise its copy is over, or
    /// has begun again since.
    func needs(range definition: BatchDefinition) -> Bool {
        guard let name = TableName(parsing: definition.table), let state = tables[name]?.state else { return false }
        return state.phase == .snapshotting && state.consistentAt.isEmpty && definition.number > state.copiedFrom
    }
}
