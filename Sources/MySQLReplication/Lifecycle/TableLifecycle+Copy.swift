import LeatState
import MySQLProtocol
import MySQLSchema
import PipelineCore
import Warehouse

/// Copies: how they begin, end and begin again.
extension TableLifecycle {
    /// Whether a batch number has to be claimed to tell the rows of a new copy from older ones. There are none, and
    /// none on their way, of a table that neither the state nor the warehouse knows.
    func needsNumber(toAdopt name: TableName, over raw: RawTable?) -> Bool { raw != nil || tables[name] != nil }

    /// A table that the source has is copied, in place where the warehouse's table is of the same shape.
    func adopted(
        _ definition: TableDefinition,
        _ raw: RawTable?,
        generation: Int,
        number: UInt64,
        server: String
    ) -> TableStep? {
        let name = definition.name
        // A statement has come meanwhile: the definition may not be what the stream is at.
        guard isWanted(name), generation == self.generation(of: name) else { return nil }
        let known = tables[name]
        let database = warehouseDatabase(name.database)
        var definition = definition
        if carriesDatesAsText(name), let older = known.flatMap({ self.definition(of: name, $0) }) {
            definition = definition.keepingDateText(of: older)
        }
        let mapping: TableMapping
        do {
            mapping = try TableMapping(definition, database: database)
        } catch {
            // Its definition may change, or Leat's abilities.
            return quarantine(
                name,
                TableRefusal(cause: error.cause, remedy: error.remedy, isRetried: true)
            )
        }
        let table = mapping.warehouse
        // A raw table of an earlier table of the same name is never taken over: its rows are not this one's.
        let isSame =
            known.map { $0.state.phase != .dropped && $0.state.warehouseDatabase == database } ?? false
        // Rows of an earlier copy would count, too.
        let dates = raw.map { mapping.isMultiset ? nil : $0.datesToConvert(to: table) } ?? []
        // Rows that nobody here has written are not to be dropped in the end.
        let isKnown = isSame && raw.map { $0.newestBatch <= number } ?? true
        let replaces = isSame ? known?.state.replaces ?? "" : ""
        if let known, replaces.isEmpty, isKnown, raw != nil, dates == nil {
            // A start after a crash has to know the name before anything has it.
            var step = wait(
                name,
                because: known.state.phase == .waiting ? known.state.cause : "it is copied into a new table"
            )
            step.entry.state.replaces = "\(name.table)__replaced_\(number)"
            return step
        }
        // What a rebuild has brought so far is not shown yet, and converting would show it.
        let isFit = dates.map { $0.isEmpty || replaces.isEmpty } ?? false
        let isKept = raw.map { _ in isKnown && isFit } ?? true
        var entry = Entry(state: TableState(name: name.description, phase: .snapshotting), mapping: mapping)
        // Of the table that is shown.
        let isShownAsBefore = isKnown && !replaces.isEmpty
        entry.state.floor = isShownAsBefore || (raw != nil && isKept) ? known?.state.floor ?? 0 : 0
        entry.state.copiedFrom = number
        entry.state.readFrom = server
        // Statements with a lower number were carried out before the definition was read, or the generation would
        // differ.
        entry.state.barrier = max(number, known?.state.barrier ?? 0)
        entry.state.warehouseDatabase = database
        entry.state.definition = StoredDefinition(definition).text
        var prepare: [TableAction] = [.stopCopy]
        // Until it is known what its copy holds.
        if mapping.isMultiset { prepare.append(.leaveOut) }
        if !replaces.isEmpty, isKnown {
            entry.state.replaces = replaces
            prepare.append(
                .replace(by: table, as: replaces, floor: known?.state.floor ?? 0, keepsCopied: isKept)
            )
        } else {
            if !isKept { prepare.append(.setAside(database: database, name: table.name, batch: number)) }
            prepare.append(.create(table, floor: entry.state.floor))
        }
        if isKept, let dates, !dates.isEmpty {
            prepare.append(.convertToText(dates, of: table, floor: entry.state.floor))
        }
        // Before the state is saved, which says what had come by then: had rows passed by after that, a start after a
        // crash would not know that the copy has them.
        if !mapping.isMultiset { prepare.append(.follow(mapping, passingOver: "")) }
        return TableStep(
            table: name,
            prepare: prepare,
            entry: entry,
            finish: [.releaseClaims, .startCopy(hasOlderRows: needsNumber(toAdopt: name, over: raw))],
            beginsFollowing: !mapping.isMultiset,
            beginsCopy: true
        )
    }

    func opened(_ name: TableName, copiedFrom: UInt64, _ holds: GTIDSet, uncertain: GTIDSet) -> TableStep? {
        guard var entry = tables[name], entry.state.phase == .snapshotting, entry.state.copiedFrom == copiedFrom,
            entry.state.consistentAt.isEmpty, let mapping = entry.mapping
        else { return nil }
        entry.state.passedOver = holds.description
        return TableStep(
            table: name,
            entry: entry,
            finish: [.follow(mapping, passingOver: holds.description, uncertain: uncertain.description)]
        )
    }

    func interrupted(_ name: TableName, copiedFrom: UInt64, by cause: String) -> TableStep? {
        guard let entry = tables[name], entry.state.phase == .snapshotting, entry.state.copiedFrom == copiedFrom else {
            return nil
        }
        return wait(name, because: "its copy, which has to be made in one go, was interrupted: \(cause)")
    }

    /// What was read again shows all that the source had executed: it is as with a range of a copy.
    func completed(_ name: TableName, _ position: GTIDSet) -> TableStep? {
        guard var entry = tables[name], entry.isFollowed,
            // At the end of a copy the source has executed that, too.
            entry.state.phase == .streaming || !entry.state.consistentAt.isEmpty,
            let known = try? GTIDSet(parsing: entry.state.consistentAt), !known.isSuperset(of: position)
        else { return nil }
        entry.state.consistentAt = known.union(position).description
        return TableStep(table: name, entry: entry)
    }

    func copied(_ name: TableName, copiedFrom: UInt64, _ position: GTIDSet, applied: GTIDSet) -> TableStep? {
        guard var entry = tables[name], entry.state.phase == .snapshotting, entry.state.copiedFrom == copiedFrom,
            entry.state.consistentAt.isEmpty
        else { return nil }
        // The stream is there already, or the source has logged nothing yet.
        if applied.isSuperset(of: position) {
            entry.state.consistentAt = position.description
            return complete(name, entry)
        }
        entry.state.consistentAt = position.description
        return TableStep(table: name, entry: entry)
    }

    func consistent(_ name: TableName) -> TableStep? {
        guard let entry = tables[name], entry.state.phase == .snapshotting, !entry.state.consistentAt.isEmpty else {
            return nil
        }
        return complete(name, entry)
    }

    private func complete(_ name: TableName, _ entry: Entry) -> TableStep {
        var step = TableStep(table: name, entry: entry, notice: .complete)
        step.entry.state.phase = .streaming
        guard let mapping = entry.mapping else { return step }
        // From here on that of the new one.
        if !entry.state.replaces.isEmpty { step.entry.state.floor = 0 }
        if mapping.isMultiset { step.entry.state.floor = entry.state.copiedFrom + 1 }
        // Before the state is saved, which would not know any more that the view shows something else.
        if mapping.isMultiset || !entry.state.replaces.isEmpty {
            step.prepare = [.showFrom(mapping.warehouse, floor: step.entry.state.floor)]
        }
        if !entry.state.replaces.isEmpty {
            step.prepare.append(.removeReplaced(entry.state.replaces, of: mapping.warehouse))
            step.entry.state.replaces = ""
        }
        // What was not executed when the copy had been read was not in it.
        if mapping.isMultiset { step.finish = [.follow(mapping, passingOver: entry.state.passedOver)] }
        return step
    }

    /// Tables whose copy has ended and whose position the stream has passed.
    func consistentTables(at position: GTIDSet) -> [TableName] {
        tables.filter { _, entry in
            guard entry.state.phase == .snapshotting, !entry.state.consistentAt.isEmpty,
                let target = try? GTIDSet(parsing: entry.state.consistentAt)
            else { return false }
            return position.isSuperset(of: target)
        }.keys.sorted()
    }

    /// A statement that explains it may be on its way, or there is none (`sql_log_bin = 0`): either way the table is
    /// copied by the definition that the stream and the source agree on, once they do.
    func definitionDiffers(_ name: TableName, copiedFrom: UInt64) -> TableStep? {
        guard let entry = tables[name], entry.state.phase == .snapshotting, entry.state.copiedFrom == copiedFrom else {
            return nil
        }
        return wait(name, because: "its definition changed while it was copied")
    }

    /// What a range has seen at the former host may never come through the stream of another: it was lost in a
    /// failover, or was done at the former one alone.
    func hostDiffers(_ name: TableName, copiedFrom: UInt64) -> TableStep? {
        guard let entry = tables[name], entry.isFollowed, entry.state.copiedFrom == copiedFrom else { return nil }
        return wait(name, because: "the source host was changed while it was copied")
    }

    /// Tables of which a host has shown more, at the end of a copy or when rows were read again, than another one,
    /// which has `executed`, has and the stream brought.
    func copiesBeyond(_ executed: GTIDSet, _ received: GTIDSet) -> [(name: TableName, copiedFrom: UInt64)] {
        tables.compactMap { name, entry in
            guard entry.isFollowed, !entry.state.consistentAt.isEmpty,
                let target = try? GTIDSet(parsing: entry.state.consistentAt),
                !target.subtracting(received).subtracting(executed).isEmpty
            else { return nil }
            return (name, entry.state.copiedFrom)
        }.sorted { $0.name < $1.name }
    }
}
