import LeatState
import MySQLProtocol
import MySQLSchema
import PipelineCore
import Warehouse

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
        guard refusal == nil else { return false }
        try mayBeKilled(&random)
        for choice in [0, 1, 2, 3, 4, 5, 6].shuffled(using: &random) {
            let isDone =
                switch choice {
                case 0: try receive(source, &random)
                case 1: try consume(&warehouse, source, &random)
                case 2: try write(&warehouse, source, &random)
                case 3: try copy(&warehouse, source, &random)
                case 4: try discover(&warehouse, source, &random)
                case 5: try connect(warehouse, source, &random)
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
        guard let connected else { return false }
        let server = source.servers[connected]
        let isLeft = source.servers.count > 1 && Int.random(in: 0..<40, using: &random) == 0
        guard !server.isDown, !isLeft else {
            disconnect()
            return true
        }
        while next < server.log.count, dumped.contains(server.log[next].gtid) { next += 1 }
        guard !stream.isBlocked, next < server.log.count else { return false }
        let breaksAt = Int.random(in: 0..<60, using: &random)
        for (index, event) in server.log[next].events.enumerated() {
            if index == breaksAt {
                disconnect()
                return true
            }
            try event.withUnsafeBytes { try stream.take($0) }
            if Int.random(in: 0..<6, using: &random) == 0 { stream.cutIfDue(.now + .seconds(3600)) }
        }
        next += 1
        items += stream.takeEmitted()
        return true
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
            if mutation != .rowsOfAStoppedTableAreKept { stream.withdraw(from: batch) }
            let number = batch.number ?? define(batch.definition(checksums: false), &warehouse)
            // In an order that depends on nothing but the seed.
            let tables = batch.tables.sorted { $0.key < $1.key }.map(\.value)
            let incomplete = batch.incomplete.sorted { $0.key < $1.key }.compactMap { name, rows in
                batch.mapping(of: name).map { ($0, rows) }
            }
            writes.append(
                Write(number: number, isReplay: batch.number != nil, tables: tables, incomplete: incomplete)
            )
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
            return try perform(barrier, &warehouse, source, &random)
        }
        return true
    }

    private mutating func perform(
        _ barrier: StreamBarrier,
        _ warehouse: inout ModelWarehouse,
        _ source: ModelSource,
        _ random: inout Randomness
    ) throws -> Bool {
        let statement = barrier.statement
        let number: UInt64
        if barrierInProgress == nil, mutation != .statementsAreNotNoted {
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
            if mutation == .definitionIsReadLate {
                definition = source.servers[presentHost].definition(create.name.table)
            }
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

    private mutating func write(
        _ warehouse: inout ModelWarehouse,
        _ source: ModelSource,
        _ random: inout Randomness
    ) throws -> Bool {
        guard let index = writes.indices.randomElement(using: &random) else { return false }
        let write = writes[index]
        if let incomplete = write.incomplete.first {
            guard try complete(incomplete, write, &warehouse, source, &random) else { return false }
            writes[index].incomplete.removeFirst()
            return true
        }
        warehouse.trace.append("  write \(write.number)")
        for rows in write.tables where rows.rows > 0 {
            try mayBeKilled(&random)
            if write.isReplay, rows.table.isMultiset, mutation != .replayedRowsCountTwice,
                warehouse.holds(batch: write.number, of: rows.table)
            {
                continue
            }
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

    private mutating func finishCopies(_ warehouse: inout ModelWarehouse, _ random: inout Randomness) throws -> Bool {
        if Int.random(in: 0..<3, using: &random) == 0 { saveCheckpoint(&warehouse) }
        let consistent = lifecycle.consistentTables(at: applied)
        for name in consistent { try perform(.consistent(name), &warehouse, &random) }
        return !consistent.isEmpty
    }
}
