import LeatState
import MySQLProtocol
import MySQLSchema
import Pipeline

@testable import MySQLReplication

/// What the pipeline's tasks do, one thing at a time.
extension SimulatedPipeline {
    /// One thing that is to be done, chosen at random.
    ///
    /// - Returns: false if there is nothing to do.
    mutating func act(
        _ warehouse: inout ModelWarehouse,
        _ source: ModelSource,
        _ random: inout Randomness
    ) throws -> Bool {
        try mayBeKilled(&random)
        for choice in [0, 1, 2, 3, 4, 5].shuffled(using: &random) {
            let isDone =
                switch choice {
                case 0: try receive(source, &random)
                case 1: try consume(&warehouse, source, &random)
                case 2: try write(&warehouse, &random)
                case 3: try copy(&warehouse, source, &random)
                case 4: try discover(&warehouse, source, &random)
                default: try finishCopies(&warehouse, &random)
                }
            if isDone { return true }
        }
        // The oldest row has waited long enough.
        stream.cutIfDue(.now + .seconds(3600))
        items += stream.takeEmitted()
        return !items.isEmpty
    }

    private mutating func receive(_ source: ModelSource, _ random: inout Randomness) throws -> Bool {
        while next < source.log.count, stream.received.contains(try gtid(source.log[next].sequence)) { next += 1 }
        guard !stream.isBlocked, next < source.log.count else { return false }
        let breaksAt = Int.random(in: 0..<60, using: &random)
        for (index, event) in source.log[next].events.enumerated() {
            if index == breaksAt {
                // The connection breaks; another one begins with this transaction.
                stream.forgetConnection()
                items += stream.takeEmitted()
                return true
            }
            try event.withUnsafeBytes { try stream.take($0) }
            if Int.random(in: 0..<6, using: &random) == 0 { stream.cutIfDue(.now + .seconds(3600)) }
        }
        next += 1
        items += stream.takeEmitted()
        return true
    }

    private func gtid(_ sequence: Int64) throws -> GTID {
        try GTID(uuid: MySQLUUID(parsing: BinlogWriter.uuid), sequence: sequence)
    }

    private mutating func consume(
        _ warehouse: inout ModelWarehouse,
        _ source: ModelSource,
        _ random: inout Randomness
    ) throws -> Bool {
        guard let item = items.first else { return false }
        switch item {
        case .batch(let batch):
            items.removeFirst()
            let number = batch.number ?? define(batch.definition(checksums: false), &warehouse)
            writes.append(Write(number: number, tables: Array(batch.tables.values)))
        case .progress(let transactions, _):
            items.removeFirst()
            if last <= contiguous { applied.formUnion(transactions) } else { waiting.append((last, transactions)) }
        case .refused(let table, let refusal):
            items.removeFirst()
            try perform(.refused(table, refusal), &warehouse, &random)
        case .unannounced(let table):
            items.removeFirst()
            try perform(.appeared(table, cause: "its rows came", number: nil), &warehouse, &random)
            isDiscoveryDue = true
        case .barrier(let barrier):
            guard writes.isEmpty else { return false }
            return try carryOut(barrier, &warehouse, source, &random)
        }
        return true
    }

    private mutating func carryOut(
        _ barrier: StreamBarrier,
        _ warehouse: inout ModelWarehouse,
        _ source: ModelSource,
        _ random: inout Randomness
    ) throws -> Bool {
        let statement = barrier.statement
        let number: UInt64
        if barrierInProgress == nil {
            lifecycle.noteStatement(naming: statement.namesTables ? statement.tables : nil)
        }
        if let defined = barrier.number ?? barrierInProgress {
            number = defined
        } else {
            var position = GTIDSet()
            if let transaction = barrier.transaction { position.insert(transaction) }
            number = define(BatchDefinition(kind: .barrier, position: position.description, detail: "ddl"), &warehouse)
        }
        barrierInProgress = number
        // Ranges that are claimed come first.
        guard contiguous >= number - 1 else { return false }
        items.removeFirst()
        barrierInProgress = nil
        try mayBeKilled(&random)
        if mutation != .checkpointIsNotSavedBeforeDDL { saveCheckpoint(&warehouse) }
        var definition: TableDefinition?
        if case .createTable(let create) = statement {
            definition = create.body.flatMap {
                TableDefinition(body: $0, name: create.name, databaseCharset: "utf8mb4")
            }
            if mutation == .definitionIsReadLate { definition = source.definition(create.name.table) }
        }
        for event in lifecycle.events(of: statement, definition: definition, number: number) {
            try perform(mutation?.changed(event, source) ?? event, &warehouse, &random)
        }
        try mayBeKilled(&random)
        acknowledge(number)
        try stream.endBarrier()
        items += stream.takeEmitted()
        isDiscoveryDue = true
        return true
    }

    private mutating func write(_ warehouse: inout ModelWarehouse, _ random: inout Randomness) throws -> Bool {
        guard let index = writes.indices.randomElement(using: &random) else { return false }
        let write = writes[index]
        warehouse.trace.append("  write \(write.number)")
        for rows in write.tables where rows.rows > 0 {
            try mayBeKilled(&random)
            let isTaken = warehouse.insert(
                try ModelWarehouse.rows(of: rows, number: write.number),
                columns: rows.table.columnNames,
                into: rows.table
            )
            if !isTaken,
                let name = lifecycle.tables.first(where: {
                    $0.value.mapping?.warehouse.rawIdentifier == rows.table.rawIdentifier
                }), name.value.state.copiedFrom < write.number
            {
                let refusal = TableRefusal(cause: "ClickHouse refused its rows", remedy: "leat tables resync")
                try perform(.refused(name.key, refusal), &warehouse, &random)
            }
        }
        writes.remove(at: index)
        acknowledge(write.number)
        return true
    }

    private mutating func copy(
        _ warehouse: inout ModelWarehouse,
        _ source: ModelSource,
        _ random: inout Randomness
    ) throws -> Bool {
        guard !copies.isEmpty else { return false }
        if !copies[0].ranges.isEmpty, copies[0].open.isEmpty || Bool.random(using: &random) {
            let range = copies[0].ranges.removeFirst()
            let detail = Self.ranges.firstIndex(of: range).map { "\($0)" } ?? ""
            let number = define(
                BatchDefinition(kind: .range, table: copies[0].name.description, detail: detail),
                &warehouse
            )
            copies[0].open.append((number, range))
            return true
        }
        let copy = copies[0]
        if let claim = copy.open.first {
            try mayBeKilled(&random)
            guard source.executed.isSuperset(of: stream.seen) else { return false }
            guard let table = source.tables[copy.name.table],
                source.definition(copy.name.table).map(StoredDefinition.init)
                    == StoredDefinition(copy.mapping.definition)
            else {
                copies.removeFirst()
                ended[copy.name, default: []] += copy.open.map(\.number)
                try perform(
                    .definitionDiffers(copy.name, copiedFrom: copy.copiedFrom),
                    &warehouse,
                    &random
                )
                return true
            }
            warehouse.trace.append("  read range \(claim.number) at \(source.log.count)")
            var rows: [ModelWarehouse.Row] = []
            for (ordinal, id) in table.rows.keys.filter(claim.range.contains).sorted().enumerated() {
                let values = table.rows[id] ?? []
                rows.append(
                    .init(
                        values: Dictionary(
                            zip(table.columns.map(\.name), values.map { Optional($0) })
                        ) { first, _ in first }.mapValues { $0 ?? nil },
                        version: RowVersion.first(ofBatch: claim.number) | UInt64(ordinal),
                        isDeleted: false
                    )
                )
            }
            let isTaken = warehouse.insert(
                rows,
                columns: copy.mapping.warehouse.columnNames,
                into: copy.mapping.warehouse
            )
            guard isTaken else {
                copies.removeFirst()
                ended[copy.name, default: []] += copy.open.map(\.number)
                let refusal = TableRefusal(cause: "ClickHouse refused its rows", remedy: "leat tables resync")
                try perform(.refused(copy.name, refusal), &warehouse, &random)
                return true
            }
            try mayBeKilled(&random)
            copies[0].open.removeFirst()
            acknowledge(claim.number)
            return true
        }
        guard contiguous >= copy.copiedFrom else { return false }
        copies.removeFirst()
        if mutation != .nothingOlderIsRemoved {
            warehouse.tombstoneOlder(than: copy.copiedFrom, in: copy.mapping.warehouse)
        }
        try mayBeKilled(&random)
        try perform(
            .copied(copy.name, copiedFrom: copy.copiedFrom, position: source.executed),
            &warehouse,
            &random
        )
        return true
    }

    private mutating func discover(
        _ warehouse: inout ModelWarehouse,
        _ source: ModelSource,
        _ random: inout Randomness
    ) throws -> Bool {
        guard let found = discovery else {
            guard isDiscoveryDue else { return false }
            isDiscoveryDue = false
            discovery = Discovery(
                executed: source.executed,
                before: Dictionary(source.definitions.map { ($0.name, $0) }) { first, _ in first }
            )
            return true
        }
        guard let (after, generations) = found.after else {
            guard
                mutation == .adoptsWithoutWaiting
                    || (stream.received.isSuperset(of: found.executed) && !stream.isInBarrier)
            else { return false }
            let present = Set(found.before.keys)
            let names = lifecycle.unknown(among: present) + lifecycle.toAdopt + lifecycle.missing(from: present)
            discovery?.after = (
                Dictionary(source.definitions.map { ($0.name, $0) }) { first, _ in first },
                Dictionary(names.map { ($0, lifecycle.generation(of: $0)) }) { first, _ in first }
            )
            return true
        }
        discovery = nil
        let names = Set(generations.keys)
        var number: UInt64?
        for name in names.sorted() {
            guard found.before[name] == after[name], generations[name] == lifecycle.generation(of: name) else {
                isDiscoveryDue = true
                continue
            }
            guard let definition = after[name] else {
                let barrier = number ?? define(BatchDefinition(kind: .barrier, detail: "copy again"), &warehouse)
                number = barrier
                try perform(.missing(name, number: barrier), &warehouse, &random)
                continue
            }
            let raw: RawTable?
            do {
                raw = try warehouse.rawTable(configuration.prefix + name.database, name.table)
            } catch let refusal as TableRefusal {
                try perform(.refused(name, refusal), &warehouse, &random)
                continue
            }
            let barrier = number ?? define(BatchDefinition(kind: .barrier, detail: "copy again"), &warehouse)
            number = barrier
            try perform(
                .adopted(definition, raw: raw, generation: generations[name] ?? 0, number: barrier),
                &warehouse,
                &random
            )
        }
        if let number { acknowledge(number) }
        return true
    }

    private mutating func finishCopies(_ warehouse: inout ModelWarehouse, _ random: inout Randomness) throws -> Bool {
        if Int.random(in: 0..<3, using: &random) == 0 { saveCheckpoint(&warehouse) }
        let consistent = lifecycle.consistentTables(at: applied)
        for name in consistent { try perform(.consistent(name), &warehouse, &random) }
        return !consistent.isEmpty
    }
}
