import ClickHouseClient
import LeatState
import MySQLClient
import MySQLProtocol
import MySQLSchema
import Pipeline

/// DDL: each statement is a batch of its own, between what came before it and what comes after.
///
/// Every step can be repeated: after a crash the same barrier is carried out again under the same number.
extension ReplicationPipeline {
    func carryOut(_ barrier: StreamBarrier) async throws {
        while !writes.isEmpty { try await Task.sleep(for: .milliseconds(2)) }
        var position = GTIDSet()
        if let transaction = barrier.transaction { position.insert(transaction) }
        let names = barrier.statement.tables.map(\.description).joined(separator: ", ")
        let number: UInt64
        if let defined = barrier.number {
            number = defined
        } else {
            number = try await log.define(
                BatchDefinition(kind: .barrier, position: position.description, table: names, detail: "ddl")
            )
        }
        // What a restart finds in leat.tables must fit the place in the stream where it goes on: everything before the
        // statement is in the warehouse, and recorded so, before the statement changes anything.
        try await log.waitUntilAcknowledged(number - 1)
        var pause = Backoff()
        while await !saveCheckpoint() { try await Task.sleep(for: pause.next()) }
        logger.info("DDL in the stream", metadata: ["tables": "\(names)", "batch": .stringConvertible(number)])
        while true {
            do {
                try await apply(barrier.statement, number: number)
                break
            } catch let error as ClickHouseError where error.isTransient {
                observer.failed(.retry, stage: .ddl, message: "\(error)")
            } catch let error as MySQLError where error.isTransient {
                observer.failed(.retry, stage: .ddl, message: "\(error)")
            }
            try await Task.sleep(for: pause.next())
        }
        await log.acknowledge(number)
        observer.barrierPassed()
    }

    private func apply(_ statement: DDLStatement, number: UInt64) async throws {
        switch statement {
        case .createTable(let create):
            if options.isWanted(create.name) { try await created(create.name, mayExist: create.ifNotExists) }
        case .alterTable(let name, let actions):
            for action in actions {
                switch action {
                case .rename(let new): try await renamed(from: name, to: new)
                case .replacesRows(let clause): await quarantineIfFollowed(name, did: "ALTER TABLE … \(clause)")
                default: continue
                }
                return
            }
            try await altered(name)
        case .createIndex(let name, _), .dropIndex(_, let name): try await altered(name)
        case .dropTables(let names, _):
            for name in names { try await dropped(name, number: number) }
        case .dropDatabase(let database):
            for name in tables.keys.filter({ $0.database == database }) { try await dropped(name, number: number) }
        case .truncate(let name): try await truncated(name, number: number)
        case .renameTables(let pairs):
            for pair in pairs { try await renamed(from: pair.from, to: pair.to) }
        case .dataChange(let verb, let table):
            let changed = table.map { [$0] } ?? Array(tables.keys)
            for name in changed {
                await quarantineIfFollowed(name, did: "\(verb) logged as a statement (binlog_format is not ROW)")
            }
        case .unparsable(let reason):
            logger.warning("a statement in the binlog was not understood", metadata: ["reason": "\(reason)"])
            try await quarantineWhatChanged()
        case .createDatabase, .alterDatabase, .transactionControl, .irrelevant: break
        }
    }

    private func created(_ name: TableName, mayExist: Bool) async throws {
        if let known = tables[name], known.state.phase == .snapshotting || known.state.phase == .streaming {
            // CREATE TABLE IF NOT EXISTS, or one that was discovered before the stream came to its creation.
            try await altered(name)
            return
        }
        // The server logs CREATE TABLE IF NOT EXISTS whether or not it did anything: it must not release from quarantine.
        if mayExist, let known = tables[name], known.state.phase != .dropped { return }
        guard let definition = try await definition(of: name) else {
            tables[name] = Table(state: TableState(name: name.description, phase: .quarantined))
            await quarantine(
                name,
                TableRefusal(
                    cause: "it was dropped or renamed before its definition could be read",
                    remedy: "leat tables resync \(name)   if it exists again"
                )
            )
            return
        }
        try await takeUp(definition, copying: false)
        if let mapping = tables[name]?.mapping { decoder?.follow(mapping) }
    }

    private func altered(_ name: TableName) async throws {
        guard let table = tables[name], let mapping = table.mapping,
            table.state.phase == .snapshotting || table.state.phase == .streaming
        else { return }
        guard let newer = try await definition(of: name) else {
            // Dropped or renamed since; that statement is on its way.
            return
        }
        switch mapping.definition.difference(to: newer) {
        case .identical:
            // Values read alike, but the table maps that follow are held against the newer definition.
            if newer != mapping.definition { try await adopt(newer, for: name, mapping) { _ in } }
        case .columnsAdded(let added): try await addColumns(added, to: name, mapping, newer)
        case .other(let reason): await quarantineIfFollowed(name, did: "ALTER TABLE: \(reason)")
        }
    }

    private func addColumns(
        _ added: [TableDifference.AddedColumn],
        to name: TableName,
        _ mapping: TableMapping,
        _ newer: TableDefinition
    ) async throws {
        let new: TableMapping
        do {
            new = try TableMapping(newer, database: mapping.warehouse.database)
        } catch {
            await quarantine(name, error)
            return
        }
        var defaults: [String: String] = [:]
        var columns: [(column: WarehouseTable.Column, after: String?)] = []
        for addition in added {
            guard let index = newer.columns.firstIndex(where: { $0.name == addition.column.name }) else { continue }
            let column = new.warehouse.columns[index]
            switch ColumnDefaultMapping.warehouseDefault(of: addition.column, type: new.types[index]) {
            case .none: break
            case .value(let expression): defaults[column.name] = expression
            case .refused(let reason):
                await quarantineIfFollowed(name, did: "ADD COLUMN `\(column.name)` \(reason)")
                return
            }
            columns.append((column, index == 0 ? nil : newer.columns[index - 1].name))
        }
        let floor = tables[name]?.state.floor ?? 0
        try await adopt(newer, for: name, mapping) { [warehouse, columns, defaults] new in
            try await warehouse.addColumns(columns, defaults: defaults, to: new.warehouse, floor: floor)
        }
    }

    /// Goes on with a newer definition of a table; a copy that is under way begins anew.
    private func adopt(
        _ newer: TableDefinition,
        for name: TableName,
        _ old: TableMapping,
        change: @Sendable (TableMapping) async throws -> Void
    ) async throws {
        let new: TableMapping
        do {
            new = try TableMapping(newer, database: old.warehouse.database)
        } catch {
            await quarantine(name, error)
            return
        }
        let wasCopying = tables[name]?.state.phase == .snapshotting
        if wasCopying { await abandonCopy(of: name) }
        try await change(new)
        tables[name]?.mapping = new
        tables[name]?.state.definition = try StoredDefinition(newer).json
        if wasCopying {
            tables[name]?.state.copiedFrom = await log.last
            tables[name]?.state.consistentAt = ""
        }
        try await save(name)
        decoder?.follow(new)
        if wasCopying { startCopy(of: name) }
    }

    private func truncated(_ name: TableName, number: UInt64) async throws {
        guard let table = tables[name], let mapping = table.mapping,
            table.state.phase == .snapshotting || table.state.phase == .streaming
        else { return }
        await abandonCopy(of: name)
        try await warehouse.replaceView(mapping.warehouse, floor: number)
        tables[name]?.state.floor = number
        // Empty at this place in the stream, and every row since comes through it: nothing is left to copy.
        tables[name]?.state.phase = .streaming
        try await save(name)
        try await warehouse.removeBelowFloor(mapping.warehouse, floor: number)
    }

    private func dropped(_ name: TableName, number: UInt64) async throws {
        guard let table = tables[name], table.state.phase != .dropped else { return }
        await abandonCopy(of: name)
        if let mapping = table.mapping { try await warehouse.drop(mapping.warehouse, batch: number) }
        tables[name]?.state = TableState(name: name.description, phase: .dropped)
        tables[name]?.mapping = nil
        try await save(name)
        decoder?.stop(name, asQuarantined: false)
    }

    private func renamed(from old: TableName, to new: TableName) async throws {
        await quarantineIfFollowed(old, did: "it was renamed to \(new)")
        if options.isWanted(new) {
            await abandonCopy(of: new)
            if tables[new] == nil {
                tables[new] = Table(state: TableState(name: new.description, phase: .quarantined))
            }
            await quarantine(
                new,
                TableRefusal(
                    cause: "another table, \(old), was renamed to this name",
                    remedy: "leat tables resync \(new)"
                )
            )
        }
    }

    private func quarantineWhatChanged() async throws {
        for (name, table) in tables {
            guard let mapping = table.mapping else { continue }
            let present = try await definition(of: name)
            if let present, mapping.definition.difference(to: present) == .identical { continue }
            await quarantineIfFollowed(name, did: "it changed by a statement that was not understood")
        }
    }

    private func quarantineIfFollowed(_ name: TableName, did what: String) async {
        guard let phase = tables[name]?.state.phase, phase == .streaming || phase == .snapshotting else { return }
        await abandonCopy(of: name)
        await quarantine(
            name,
            TableRefusal(cause: "not supported yet: \(what)", remedy: "leat tables resync \(name)")
        )
    }

    private func definition(of name: TableName) async throws -> TableDefinition? {
        let inspector = try await SourceInspector(endpoint: endpoint, logger: logger)
        do {
            let found = try await inspector.table(
                name,
                after: hosts.reachable(of: decoder?.seen ?? GTIDSet()),
                atMost: RangeSession.waitMax,
                logger: logger
            )
            await inspector.close()
            return found
        } catch {
            await inspector.close()
            throw error
        }
    }

    /// Stops a table with a cause and a remedy; all others go on.
    func quarantine(_ name: TableName, _ refusal: TableRefusal) async {
        decoder?.stop(name, asQuarantined: true)
        if tables[name] == nil { tables[name] = Table(state: TableState(name: name.description, phase: .quarantined)) }
        if let copier = tables[name]?.copier {
            let copy = tables[name]?.copy
            copy?.cancel()
            tables[name]?.copier = nil
            tables[name]?.copy = nil
            // Not awaited here, since this may be called from within the copy.
            Task {
                await copy?.value
                await copier.abandonClaims()
            }
        }
        for definition in tables[name]?.unacknowledgedRanges ?? [] { await log.acknowledge(definition.number) }
        tables[name]?.unacknowledgedRanges = []
        tables[name]?.state.phase = .quarantined
        tables[name]?.state.cause = refusal.cause
        tables[name]?.state.remedy = refusal.remedy
        observer.failed(.notify, stage: .receive, message: "\(name): \(refusal.cause)")
        logger.error(
            "a table is quarantined",
            metadata: ["table": "\(name)", "cause": "\(refusal.cause)", "remedy": "\(refusal.remedy)"]
        )
        await saveSoon(name)
    }
}
