import ClickHouseClient
import Synchronization

/// The tables of `leat.*`: all durable state that Leat has. Every row names its pipeline.
package enum StateSchema {
    /// What the tables say in their comment.
    static let mark = "leat:state"
    /// The schema that this version of Leat reads and writes.
    static var version: UInt32 { migrations.last?.version ?? 0 }
    /// The tables that the schema consists of.
    static let tables: Set<String> = [
        "schema_migrations", "batches", "checkpoints", "tables", "windows", "verifications", "checksums", "pipelines",
    ]

    /// Brings `leat.*` to the schema that this version of Leat knows. Installations from before there was a record of
    /// it count as having none of the steps, each of which may find its work done.
    ///
    /// Can run in several processes at the same time; within a process, those who ask meanwhile wait for the one that
    /// began. Changes nothing, and needs no right to, if there is nothing to do.
    ///
    /// - Throws: ``PipelineError`` `.precondition` if a newer Leat has been here; `ClickHouseError`.
    package static func prepare(with client: ClickHouseClient) async throws {
        let (task, isOurs) = underWay.withLock { tasks in
            if let task = tasks[client.endpoint] { return (task, false) }
            let task = Task {
                defer { underWay.withLock { $0[client.endpoint] = nil } }
                try await migrate(with: client)
            }
            tasks[client.endpoint] = task
            return (task, true)
        }
        do {
            try await task.value
        } catch  where !isOurs {
            // The other client may have been shut down.
            try await migrate(with: client)
        }
    }

    private static let underWay = Mutex<[ClickHouseEndpoint: Task<Void, any Error>]>([:])

    private static func migrate(with client: ClickHouseClient) async throws {
        let found = try await state(client)
        let pending = try pending(after: found.migrated, tables: found.tables)
        guard !pending.isEmpty else { return }
        try await client.execute("CREATE DATABASE IF NOT EXISTS leat", retry: .standard)
        try await client.execute(record, retry: .standard)
        for migration in pending { try await perform(migration, with: client) }
        // In one insert: should we crash before it, all of them can be repeated.
        let records = pending.map { "(\($0.version), \(ClickHouseClient.quote(literal: LeatVersion.current)))" }
        try await client.execute(
            "INSERT INTO leat.schema_migrations (version, leat) VALUES \(records.joined(separator: ", "))",
            settings: ClickHouseClient.writeSettings,
            retry: .standard
        )
        // A newer one may have come in between.
        _ = try Self.pending(after: try await state(client).migrated, tables: tables)
    }

    /// Statements of one step concern tables apart from each other, each of which costs ClickHouse some waits for its
    /// disk.
    private static func perform(_ migration: Migration, with client: ClickHouseClient) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for statement in migration.statements {
                group.addTask { try await client.execute(statement, retry: .standard) }
            }
            try await group.waitForAll()
        }
    }

    /// A step that was carried out.
    struct Migrated: Sendable, Hashable {
        var version: UInt32
        /// The version of Leat that did it.
        var leat: String
    }

    /// What is still to be done. Where a table is gone, all of it: each step can be repeated.
    static func pending(
        after newest: Migrated?,
        tables found: Set<String>,
        of migrations: [Migration] = migrations
    ) throws(PipelineError) -> [Migration] {
        let known = migrations.last?.version ?? 0
        if let newest, newest.version > known {
            throw PipelineError(
                .precondition,
                "leat.* was brought to schema \(newest.version) by Leat \(newest.leat); Leat \(LeatVersion.current) "
                    + "knows schemas up to \(known)",
                remedy: "run Leat \(newest.leat) or newer; it is not safe to go back"
            )
        }
        guard let newest, tables.isSubset(of: found) else { return migrations }
        return migrations.filter { $0.version > newest.version }
    }

    private static func state(_ client: ClickHouseClient) async throws -> (migrated: Migrated?, tables: Set<String>) {
        let rows = try await client.stateRows(
            of: "system.tables",
            "SELECT name FROM system.tables WHERE database = 'leat'"
        )
        var tables: Set<String> = []
        for row in rows { tables.insert(try row.text("name")) }
        let newest = try await client.stateRows(
            of: "leat.schema_migrations",
            "SELECT version, leat FROM leat.schema_migrations ORDER BY version DESC, at LIMIT 1",
            mayBeMissing: true
        ).first
        let migrated = try newest.map { Migrated(version: try $0.number("version"), leat: try $0.text("leat")) }
        return (migrated, tables)
    }
}
