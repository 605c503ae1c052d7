import LeatState
import MySQLSchema
import PipelineCore
import Warehouse

/// DDL. What a statement does is read from the statement, not from what the definition is afterwards.
extension TableLifecycle {
    /// What a statement does, table by table; each is to be carried out before the next is asked for.
    ///
    /// - Parameter definition: of the table that a CREATE TABLE makes, as far as it can be determined.
    func events(of statement: DDLStatement, definition: TableDefinition?, number: UInt64) -> [TableEvent] {
        switch statement {
        case .createTable(let create): return [.created(create, definition: definition, number: number)]
        case .alterTable, .createIndex, .dropIndex:
            guard let (name, actions) = statement.alteration else { return [] }
            for action in actions {
                switch action {
                case .rename(let new): return renames([TableRename(from: name, to: new)], number: number)
                case .replacesRows(let clause):
                    return [.changedUnseen(name, by: "ALTER TABLE … \(clause)", number: number)]
                case .exchangesRows(let other, let clause):
                    return [name, other].map {
                        .changedUnseen($0, by: "ALTER TABLE \(name) \(clause)", number: number)
                    }
                default: continue
                }
            }
            return [.altered(name, actions, number: number)]
        case .dropTables(let names, _): return names.map { .dropped($0, number: number) }
        case .dropDatabase(let database):
            return tables.keys.filter { $0.database == database }.sorted().map { .dropped($0, number: number) }
        case .truncate(let name): return [.truncated(name, number: number)]
        case .renameTables(let pairs): return renames(pairs, number: number)
        case .dataChange(let verb, let table):
            return (table.map { [$0] } ?? tables.keys.sorted()).map {
                .changedUnseen($0, by: "\(verb) logged as a statement (binlog_format is not ROW)", number: nil)
            }
        case .createDatabase, .alterDatabase, .transactionControl, .irrelevant, .unparsable: return []
        }
    }

    /// Pairs of one statement apply from left to right, so a name may go and come back within it.
    private func renames(_ pairs: [TableRename], number: UInt64) -> [TableEvent] {
        pairs.flatMap { pair -> [TableEvent] in
            [
                .renamed(pair.from, to: pair.to, number: number),
                .appeared(pair.to, cause: "`\(pair.from)` was renamed to it", number: number),
            ]
        }
    }

    func created(_ create: CreateTable, _ definition: TableDefinition?, number: UInt64) -> TableStep? {
        let name = create.name
        guard isWanted(name) else { return nil }
        let known = tables[name]
        if isApplied(number, to: name) {
            // Carried out before a crash; the start follows it already.
            return nil
        }
        if create.ifNotExists, !create.orReplace {
            // Logged whether or not it did anything: it must not release from quarantine, nor empty a table.
            if let known, known.state.phase != .dropped { return nil }
            if known == nil { return wait(name, because: "it may have had rows before", barrier: number) }
        }
        if create.hasSelect, !create.startsTransaction {
            return wait(name, because: "it was filled by a statement, not by row events", barrier: number)
        }
        guard let definition else {
            return wait(name, because: "its definition is not known yet", barrier: number)
        }
        let database = warehouseDatabase(name.database)
        let mapping: TableMapping
        do {
            mapping = try TableMapping(definition, database: database)
        } catch {
            guard var step = refusal(of: name, error, replacing: known) else { return nil }
            step.entry.state.barrier = number
            return step
        }
        var state = TableState(name: name.description, phase: .streaming)
        state.copiedFrom = number
        state.barrier = number
        state.warehouseDatabase = database
        state.definition = StoredDefinition(definition).text
        return TableStep(
            table: name,
            // Whatever is there under the name is another table's.
            prepare: [
                .stopCopy, .setAside(database: database, name: name.table, batch: number),
                .create(mapping.warehouse, floor: 0),
            ],
            entry: Entry(state: state, mapping: mapping),
            finish: [.releaseClaims, .follow(mapping, passingOver: "")]
        )
    }

    /// A table that cannot be followed has taken the place of a known one, dropped ones included.
    private func refusal(of name: TableName, _ error: TableRefusal, replacing known: Entry?) -> TableStep? {
        var before = self
        if known?.state.phase == .dropped || known?.state.phase == .excluded {
            before.commit(
                TableStep(table: name, entry: Entry(state: TableState(name: name.description, phase: .waiting)))
            )
        }
        return before.quarantine(name, TableRefusal(cause: error.cause, remedy: error.remedy, isRetried: true))
    }

    func altered(_ name: TableName, _ actions: [AlterAction], number: UInt64) -> TableStep? {
        guard let entry = tables[name], entry.isFollowed, let mapping = entry.mapping,
            !isApplied(number, to: name)
        else { return nil }
        let outcome = mapping.definition.applying(actions)
        switch outcome {
        case .unchanged(let newer):
            return adopt(newer, for: name, entry, mapping, number: number) { _ in .success([]) }
        case .columnsChanged(let changes, let newer):
            let newer = carriesDatesAsText(name) ? newer.carryingDefaultsAsText(changes.added.map(\.column)) : newer
            return adopt(newer, for: name, entry, mapping, number: number) { new in
                Self.actions(for: changes, from: mapping, to: new, floor: entry.state.floor)
            }
        case .stopped(let reason):
            return stop(name, "ALTER TABLE: \(reason)", number: number)
        }
    }

    /// A statement whose effect is not known, or cannot be had in place.
    private func stop(_ name: TableName, _ what: String, number: UInt64) -> TableStep? {
        if rebuilds(name) { return rebuild(name, because: what, barrier: number) }
        var step = quarantine(
            name,
            TableRefusal(cause: "not supported yet: \(what)", remedy: "leat tables resync \(name)")
        )
        step?.entry.state.barrier = number
        return step
    }

    /// Why columns cannot be added.
    private struct ColumnRefusal: Error { var reason: String }

    /// Continues with a newer definition of a table; a copy that is in progress starts over.
    private func adopt(
        _ newer: TableDefinition,
        for name: TableName,
        _ known: Entry,
        _ old: TableMapping,
        number: UInt64,
        actions: (TableMapping) -> Result<[TableAction], ColumnRefusal>
    ) -> TableStep? {
        var newer = newer
        let new: TableMapping
        do {
            newer = newer.keepingDateText(of: old.definition)
            new = try TableMapping(newer, database: old.warehouse.database)
        } catch {
            var step = quarantine(name, error)
            step?.entry.state.barrier = number
            return step
        }
        let reshaping: [TableAction]
        switch actions(new) {
        case .success(let found): reshaping = found
        case .failure(let refusal): return stop(name, refusal.reason, number: number)
        }
        // The view shows the table as it was before, and must stay so.
        if !reshaping.isEmpty, !known.state.replaces.isEmpty {
            return rebuild(name, because: "its definition changed while it was copied", barrier: number)
        }
        // It is read in one go, as it was before the statement.
        if new.isMultiset || old.isMultiset, known.state.phase == .snapshotting {
            return wait(name, because: "its definition changed while it was copied", barrier: number)
        }
        var entry = known
        entry.mapping = new
        entry.state.definition = StoredDefinition(newer).text
        entry.state.barrier = number
        let isCopying = known.state.phase == .snapshotting
        var step = TableStep(table: name, entry: entry, finish: [.follow(new, passingOver: entry.state.passedOver)])
        step.prepare = reshaping
        if isCopying {
            step.prepare.insert(.stopCopy, at: 0)
            step.entry.state.consistentAt = ""
            step.finish = [
                .releaseClaims, .follow(new, passingOver: entry.state.passedOver), .startCopy(hasOlderRows: true),
            ]
            step.beginsCopy = true
        }
        return step
    }

    private static func actions(
        for changes: ColumnChanges,
        from old: TableMapping,
        to new: TableMapping,
        floor: UInt64
    ) -> Result<[TableAction], ColumnRefusal> {
        var widened: [WarehouseTable.Column] = []
        for name in changes.widened {
            guard let before = old.definition.columns.firstIndex(where: { $0.name == name }),
                let after = new.definition.columns.firstIndex(where: { $0.name == name })
            else { continue }
            // Rows are sorted by a key, and more digits of a time are another text.
            let isText = old.definition.columns[before].isDateText && old.types[before] != new.types[after]
            if isText || old.keyIndexes.contains(before) {
                return .failure(ColumnRefusal(reason: "ALTER TABLE: column \(name) has another type"))
            }
            let column = new.warehouse.columns[after]
            if column.type != old.warehouse.columns[before].type { widened.append(column) }
        }
        var actions: [TableAction] = []
        switch columns(changes.added, new) {
        case .success(let added):
            if !added.isEmpty { actions.append(.addColumns(added, to: new.warehouse, floor: floor)) }
        case .failure(let refusal): return .failure(refusal)
        }
        if !widened.isEmpty || !changes.dropped.isEmpty || changes.isReordered {
            actions.append(
                .reshape(
                    new.warehouse,
                    widened: widened,
                    dropped: changes.dropped.map(ReservedNames.rawName),
                    floor: floor
                )
            )
        }
        return .success(actions)
    }

    private static func columns(
        _ added: [TableDifference.AddedColumn],
        _ new: TableMapping
    ) -> Result<[TableAction.AddedColumn], ColumnRefusal> {
        let newer = new.definition
        var columns: [TableAction.AddedColumn] = []
        for addition in added {
            guard let index = newer.columns.firstIndex(where: { $0.name == addition.column.name }) else { continue }
            var column = TableAction.AddedColumn(
                column: new.warehouse.columns[index],
                after: index == 0 ? nil : new.warehouse.columns[index - 1].name
            )
            switch ColumnDefaultMapping.warehouseDefault(of: addition.column, type: new.types[index]) {
            case .none: break
            case .value(let expression): column.default = expression
            case .refused(let reason):
                return .failure(ColumnRefusal(reason: "ADD COLUMN `\(addition.column.name)` \(reason)"))
            }
            columns.append(column)
        }
        return .success(columns)
    }

    func truncated(_ name: TableName, number: UInt64) -> TableStep? {
        guard var entry = tables[name], entry.isFollowed, let mapping = entry.mapping else { return nil }
        if isApplied(number, to: name) {
            return TableStep(
                table: name,
                entry: entry,
                finish: [.removeBelowFloor(mapping.warehouse, floor: entry.state.floor)]
            )
        }
        // It is read in one go, as it was before the statement, under numbers that may be higher.
        if mapping.isMultiset, entry.state.phase == .snapshotting {
            return wait(name, because: "it was truncated while it was copied", barrier: number)
        }
        entry.state.floor = number
        entry.state.barrier = number
        // Empty at this place in the stream, and every row since comes through it: nothing is left to copy.
        entry.state.phase = .streaming
        entry.state.consistentAt = ""
        var prepare: [TableAction] = [.stopCopy, .showFrom(mapping.warehouse, floor: number)]
        if !entry.state.replaces.isEmpty {
            prepare.append(.removeReplaced(entry.state.replaces, of: mapping.warehouse))
            entry.state.replaces = ""
        }
        return TableStep(
            table: name,
            prepare: prepare,
            entry: entry,
            finish: [.releaseClaims, .removeBelowFloor(mapping.warehouse, floor: number)]
        )
    }

    /// The state is saved first: a crash in between must not make a later start create the table again.
    func dropped(_ name: TableName, number: UInt64) -> TableStep? {
        guard let known = tables[name]?.state ?? unrecorded(name) else { return nil }
        if known.phase == .dropped, !isApplied(number, to: name) { return nil }
        var step = left(name, notice: .dropped)
        step.entry.state.barrier = number
        step.entry.state.warehouseDatabase = known.warehouseDatabase
        step.finish += setAside(name, known, number: number)
        return step
    }

    /// A table of which nothing is known: a copy may have begun before a crash that was not recorded any more.
    private func unrecorded(_ name: TableName) -> TableState? {
        isWanted(name) ? TableState(name: name.description, phase: .waiting) : nil
    }

    /// Sets the table aside where it may be in ClickHouse: where it is recorded to be, and where a copy may have begun
    /// that was not recorded any more.
    func setAside(_ name: TableName, _ state: TableState, number: UInt64) -> [TableAction] {
        let present = warehouseDatabase(name.database)
        let databases = state.warehouseDatabase == present ? [present] : [state.warehouseDatabase, present]
        return databases.filter { !$0.isEmpty }.map { .setAside(database: $0, name: name.table, batch: number) }
    }

    /// The old name: nothing of the source has it any more.
    func renamed(_ name: TableName, to new: TableName, number: UInt64) -> TableStep? {
        dropped(name, number: number)
    }

    func appeared(_ name: TableName, cause: String, number: UInt64?) -> TableStep? {
        guard isWanted(name) else { return nil }
        let known = tables[name]
        if let number, isApplied(number, to: name), known?.state.phase == .waiting { return nil }
        if number == nil, let known, known.state.phase != .dropped { return nil }
        if known?.state.phase == .paused { return nil }
        var step = wait(name, because: cause, barrier: number)
        // What was known of the name before is of another table.
        if number != nil { step.entry = Entry(state: renewed(step.entry.state)) }
        return step
    }

    private func renewed(_ state: TableState) -> TableState {
        var fresh = TableState(name: state.name, phase: state.phase, cause: state.cause, remedy: state.remedy)
        fresh.barrier = state.barrier
        return fresh
    }
}
