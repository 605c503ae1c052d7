import LeatState
import Logging
import MySQLClient
import MySQLProtocol
import MySQLSchema
import Observability
import PipelineCore
import Warehouse

/// DDL: each statement is a batch of its own, between what came before it and what comes after.
///
/// Every step can be repeated: after a crash the same barrier is carried out again under the same number.
struct DDLApplier: Sendable {
    var log: BatchLog
    var tables: TableKeeper
    var writer: BatchWriter
    var checkpoints: CheckpointKeeper
    var hosts: SourceHosts
    var observer: any ReplicationObserver
    var logger: Logger

    func perform(_ barrier: StreamBarrier) async throws {
        await writer.drain()
        let statement = barrier.statement
        // Before the number is claimed: what was read of the tables until now may be out of date.
        await tables.noteStatement(naming: statement.namesTables ? statement.tables : nil)
        var position = GTIDSet()
        if let transaction = barrier.transaction { position.insert(transaction) }
        let names = statement.tables.map(\.description).joined(separator: ", ")
        let number: UInt64
        if let defined = barrier.number {
            number = defined
        } else {
            number = try await log.define(
                BatchDefinition(kind: .barrier, position: position.description, table: names, detail: "ddl")
            )
        }
        // What a restart finds in leat.tables must fit the place in the stream where it continues: everything before
        // the statement is in the warehouse, and recorded so, before the statement changes anything.
        try await log.waitUntilAcknowledged(number - 1)
        try await checkpoints.saveForCertain()
        logger.info("DDL in the stream", metadata: ["tables": "\(names)", "batch": .stringConvertible(number)])
        let known = await tables.current
        let definition = try await retrying { try await self.definition(for: statement, known) }
        for event in known.events(of: statement, definition: definition, number: number) {
            try await tables.perform(event)
        }
        if case .unparsable(let reason) = statement {
            logger.warning("a statement in the binlog was not understood", metadata: ["reason": "\(reason)"])
            for name in try await retrying({ try await self.changedTables(known) }) {
                try await tables.perform(.changedUnseen(name, by: "a statement that was not understood", number: nil))
            }
        }
        await log.acknowledge(number)
        observer.barrierPassed()
    }

    /// What a CREATE TABLE makes, as far as the statement says it.
    private func definition(for statement: DDLStatement, _ known: TableLifecycle) async throws -> TableDefinition? {
        guard case .createTable(let create) = statement, known.isWanted(create.name) else { return nil }
        if let other = create.like {
            var definition = known.tables[other]?.mapping?.definition
            definition?.name = create.name
            return definition
        }
        guard let body = create.body else { return nil }
        if body.charset != nil || body.collation != nil {
            return TableDefinition(body: body, name: create.name, databaseCharset: nil)
        }
        // Also where no column has one now: one that is added later has the table's.
        let charset = try await SourceInspector.with(hosts.current, logger: logger) {
            try await $0.charset(ofDatabase: create.name.database)
        }
        return TableDefinition(body: body, name: create.name, databaseCharset: charset)
    }

    /// Followed tables whose definition at the source is another one.
    private func changedTables(_ known: TableLifecycle) async throws -> [TableName] {
        let present = try await SourceInspector.with(hosts.current, logger: logger) { try await $0.tables().tables }
        let definitions = Dictionary(present.map { ($0.name, $0) }) { first, _ in first }
        return known.tables.compactMap { name, entry in
            guard entry.isFollowed, let mapping = entry.mapping else { return nil }
            if let definition = definitions[name], mapping.definition.difference(to: definition) == .identical {
                return nil
            }
            return name
        }.sorted()
    }

    /// Repeats what a source that is out of reach does not answer.
    private func retrying<Answer: Sendable>(_ body: () async throws -> Answer) async throws -> Answer {
        var pause = Backoff()
        while true {
            do {
                return try await body()
            } catch let error as MySQLError where error.isTransient {
                observer.failed(.retry, stage: .ddl, error)
                try await Task.sleep(for: pause.next())
            }
        }
    }
}

extension DDLStatement {
    /// Whether `tables` are all that it can concern.
    var namesTables: Bool {
        switch self {
        case .dropDatabase, .unparsable: false
        case .dataChange(_, let table): table != nil
        default: true
        }
    }
}
