import ClickHouseClient
import ClickHouseFormat
import ColumnarBytes
import LeatState
import Logging

/// The tables and views in ClickHouse: creates them, marks them as Leat's, writes batches into them.
///
/// Leat touches nothing that does not carry its mark in the table's comment.
package struct Warehouse: Sendable {
    package let client: ClickHouseClient
    package let pipeline: String
    /// fsync before an insert is answered (`durability: strict`).
    package let isDurable: Bool

    package init(client: ClickHouseClient, pipeline: String, isDurable: Bool) {
        self.client = client
        self.pipeline = pipeline
        self.isDurable = isDurable
    }

    /// What every table and view of this pipeline says in its comment.
    package var mark: String { "leat:\(pipeline)" }

    /// Creates the databases, the raw table and the view, or takes over those that are this pipeline's.
    ///
    /// - Throws: ``PipelineError`` `.unmanagedObject` if a table or view owned by someone else has the name;
    ///   ``ClickHouseError``.
    package func create(_ table: WarehouseTable, floor: UInt64) async throws {
        for database in [table.database, table.rawDatabase] {
            try await client.execute("CREATE DATABASE IF NOT EXISTS \(ClickHouseClient.quote(identifier: database))")
        }
        try await requireOurs(table)
        try await client.execute(table.createRaw(mark: mark, durable: isDurable))
        try await client.execute(table.createView(mark: mark, floor: floor))
    }

    /// Replaces the view, after the columns or the floor have changed.
    package func replaceView(_ table: WarehouseTable, floor: UInt64) async throws {
        try await client.execute(table.createView(mark: mark, floor: floor))
    }

    /// What there is under a raw table's name; nil if nothing. `newestBatch` is 0 where it has no rows.
    ///
    /// - Throws: ``PipelineError`` `.unmanagedObject` if a table or view owned by someone else has the name.
    package func rawTable(
        database: String,
        name: String
    ) async throws -> (columns: [String], sortingKey: String, newestBatch: UInt64)? {
        let table = WarehouseTable(database: database, name: name, columns: [], orderBy: [])
        try await requireOurs(table)
        let parameters = ["database": table.rawDatabase, "name": name]
        let found = try await client.rows(
            "SELECT sorting_key FROM system.tables WHERE database = {database:String} AND name = {name:String}",
            parameters: parameters
        )
        guard let sortingKey = found.first?.first else { return nil }
        let columns = try await columns(ofRaw: name, in: table.rawDatabase)
        let newest: [[String?]]
        do {
            newest = try await client.rows("SELECT max(_version) FROM \(table.rawIdentifier)")
        } catch let error as ClickHouseError where [.unknownDatabase, .unknownTable].contains(error.code) {
            // Dropped since the first statement.
            return nil
        }
        return (
            columns: columns.map { "\($0.name) \($0.type)" },
            sortingKey: sortingKey ?? "",
            newestBatch: RowVersion.batch(of: newest.first?.first?.flatMap { UInt64($0) } ?? 0)
        )
    }

    /// The tables and views that are this pipeline's, raw tables and those that were set aside included.
    package func ownTables() async throws -> [(database: String, name: String)] {
        try await client.rows(
            "SELECT database, name FROM system.tables WHERE comment = {mark:String}",
            parameters: ["mark": mark]
        ).map { (database: $0[0] ?? "", name: $0[1] ?? "") }
    }

    /// Fails if the raw table or the view exists without this pipeline's mark.
    package func requireOurs(_ table: WarehouseTable) async throws {
        let found = try await client.rows(
            """
            SELECT database, name, comment FROM system.tables
            WHERE (database = {database:String} OR database = {raw:String}) AND name = {name:String}
            """,
            parameters: ["database": table.database, "raw": table.rawDatabase, "name": table.name]
        )
        for row in found where row[2] != mark {
            let owner = row[2].flatMap { $0.hasPrefix("leat:") ? String($0.dropFirst(5)) : nil }
            throw PipelineError(
                .unmanagedObject,
                owner.map { "`\(row[0] ?? "").\(row[1] ?? "")` in ClickHouse belongs to the pipeline `\($0)`" }
                    ?? "`\(row[0] ?? "").\(row[1] ?? "")` exists in ClickHouse and was not created by Leat",
                remedy: "rename or drop it, or give this source another database in leat.yaml"
            )
        }
    }

    /// Adds columns to the raw table (each may be there already) and shows them in the view.
    ///
    /// - Parameter defaults: the constant, as a ClickHouse expression, that older rows have in the column, by name.
    package func addColumns(
        _ added: [(column: WarehouseTable.Column, after: String?)],
        defaults: [String: String],
        to table: WarehouseTable,
        floor: UInt64
    ) async throws {
        try await finishMutations(of: table)
        for (column, after) in added {
            let place = after.map { " AFTER \(ClickHouseClient.quote(identifier: $0))" } ?? " FIRST"
            let value = defaults[column.name].map { " DEFAULT \($0)" } ?? ""
            try await client.execute(
                """
                ALTER TABLE \(table.rawIdentifier) ADD COLUMN IF NOT EXISTS \
                \(ClickHouseClient.quote(identifier: column.name)) \(column.type)\(value)\(place)
                """,
                settings: ["alter_sync": "2"]
            )
        }
        try await replaceView(table, floor: floor)
    }

    /// Waits until parts are rewritten: as long as a column that was dropped is in some, one that is added under its
    /// name would have its values.
    private func finishMutations(of table: WarehouseTable) async throws {
        let pending = try await client.rows(
            """
            SELECT count() FROM system.mutations
            WHERE database = {database:String} AND table = {name:String} AND NOT is_done
            """,
            parameters: ["database": table.rawDatabase, "name": table.name]
        )
        if pending.first?.first == "0" { return }
        // One that changes nothing ends after those before it.
        try await client.execute(
            "ALTER TABLE \(table.rawIdentifier) DELETE WHERE 0",
            settings: ["mutations_sync": "2"]
        )
    }

    /// Gives columns of the raw table types that have more values, and takes columns away; the view shows the columns
    /// that the table has, in its order. Can be repeated.
    package func reshape(
        _ table: WarehouseTable,
        widened: [WarehouseTable.Column],
        dropped: [String],
        floor: UInt64
    ) async throws {
        // Parts are rewritten in the background, and read as if they were.
        for column in widened {
            let name = ClickHouseClient.quote(identifier: column.name)
            try await client.execute(
                "ALTER TABLE \(table.rawIdentifier) MODIFY COLUMN \(name) \(column.type)",
                settings: ["alter_sync": "0"]
            )
        }
        // Before a column goes that it shows.
        try await replaceView(table, floor: floor)
        for column in dropped {
            try await client.execute(
                """
                ALTER TABLE \(table.rawIdentifier) DROP COLUMN IF EXISTS \(ClickHouseClient.quote(identifier: column))
                """,
                settings: ["alter_sync": "0"]
            )
        }
    }

    /// Makes text of columns that hold dates, and shows them as text in the view. Each value is printed as MySQL prints
    /// it, and ClickHouse rewrites the parts in the background. Can be repeated.
    package func convertToText(
        _ columns: [WarehouseTable.Column],
        of table: WarehouseTable,
        floor: UInt64
    ) async throws {
        let changes = columns.map { "MODIFY COLUMN \(ClickHouseClient.quote(identifier: $0.name)) \($0.type)" }
        try await client.execute(
            "ALTER TABLE \(table.rawIdentifier) \(changes.joined(separator: ", "))",
            settings: ["alter_sync": "0"]
        )
        try await replaceView(table, floor: floor)
    }

    /// Creates the databases and the raw table, and leaves the view as it is.
    package func createBehind(_ table: WarehouseTable) async throws {
        for database in [table.database, table.rawDatabase] {
            try await client.execute("CREATE DATABASE IF NOT EXISTS \(ClickHouseClient.quote(identifier: database))")
        }
        try await requireOurs(table)
        try await client.execute(table.createRaw(mark: mark, durable: isDurable))
    }

    /// Makes room for a table with another definition: the raw table continues under the name `kept`, which the view
    /// shows. Can be repeated.
    ///
    /// - Parameters:
    ///   - floor: what the view shows from.
    ///   - keepsCopied: where this was done before, whether what has been copied since stays.
    package func replace(
        by table: WarehouseTable,
        as kept: String,
        floor: UInt64,
        keepsCopied: Bool
    ) async throws {
        try await requireOurs(table)
        let found = try await client.rows(
            """
            SELECT name, as_select, sorting_key FROM system.tables
            WHERE (database = {raw:String} AND name IN ({name:String}, {kept:String}))
                OR (database = {database:String} AND name = {name:String} AND engine = 'View')
            """,
            parameters: ["database": table.database, "raw": table.rawDatabase, "name": table.name, "kept": kept]
        )
        let isKept = found.contains { $0[0] == kept }
        let isThere = found.contains { $0[0] == table.name && ($0[1] ?? "").isEmpty }
        let isShown = found.contains { ($0[1] ?? "").contains(kept) && !($0[1] ?? "").contains("merge(") }
        if isKept || isThere, !isShown {
            let former = isKept ? kept : table.name
            let present = try await columns(ofRaw: former, in: table.rawDatabase).map(\.name)
            // Its rows are identified as they were, whatever the new table's key is.
            var shown = table
            shown.orderBy = [found.first { $0[0] == former && ($0[1] ?? "").isEmpty }?[2] ?? ""]
            func show(_ source: String) async throws {
                try await client.execute(shown.createView(mark: mark, floor: floor, of: source, columns: present))
            }
            if !isKept {
                // So that no reader comes upon a name that nothing has.
                try await show(table.rawTable(or: kept))
                try await client.execute("RENAME TABLE \(table.rawIdentifier) TO \(table.identifier(ofRaw: kept))")
            }
            try await show(table.identifier(ofRaw: kept))
        }
        if isKept, !keepsCopied { try await drop(table.rawIdentifier) }
        try await createBehind(table)
    }

    /// Drops the raw table of an earlier definition, which the view showed until now.
    package func removeReplaced(_ kept: String, of table: WarehouseTable) async throws {
        try await drop(table.identifier(ofRaw: kept))
    }

    /// Drops a raw table however large it is: its rows are in another one, or about to be.
    private func drop(_ identifier: String) async throws {
        try await client.execute("DROP TABLE IF EXISTS \(identifier)", settings: ["max_table_size_to_drop": "0"])
    }

    /// A raw table's columns without Leat's own, in order.
    private func columns(ofRaw name: String, in database: String) async throws -> [(name: String, type: String)] {
        try await client.rows(
            """
            SELECT name, type FROM system.columns WHERE database = {database:String} AND table = {name:String} \
            ORDER BY position
            """,
            parameters: ["database": database, "name": name]
        ).map { (name: $0[0] ?? "", type: $0[1] ?? "") }.filter { !WarehouseTable.reservedNames.contains($0.name) }
    }

    /// Keeps the raw table under another name, as `on-drop: keep` says, and takes the view away. Can be repeated:
    /// nothing happens where the name that says the batch is taken already, or there is no such table.
    ///
    /// - Throws: ``PipelineError`` `.unmanagedObject` if a table or view owned by someone else has the name.
    package func setAside(database: String, name: String, batch: UInt64) async throws {
        let table = WarehouseTable(database: database, name: name, columns: [], orderBy: [])
        let kept = "\(name)__dropped_\(batch)"
        let found = try await client.rows(
            """
            SELECT name FROM system.tables
            WHERE database = {database:String} AND (name = {name:String} OR name = {kept:String})
            """,
            parameters: ["database": table.rawDatabase, "name": name, "kept": kept]
        ).map { $0.first.flatMap { $0 } ?? "" }
        if !found.contains(kept) {
            // The view too: it would show nothing, or what comes next under the name.
            try await requireOurs(table)
            try await client.execute("DROP VIEW IF EXISTS \(table.viewIdentifier) SYNC")
            if found.contains(name) {
                try await client.execute(
                    """
                    RENAME TABLE \(table.rawIdentifier) \
                    TO \(ClickHouseClient.quote(identifier: table.rawDatabase)).\(ClickHouseClient.quote(identifier: kept))
                    """
                )
            }
        }
    }

    /// Deletes in the background what lies below the floor and is no longer shown.
    package func removeBelowFloor(_ table: WarehouseTable, floor: UInt64) async throws {
        try await client.execute(
            "ALTER TABLE \(table.rawIdentifier) DELETE WHERE _version < \(RowVersion.first(ofBatch: floor))",
            settings: ["mutations_sync": "0"]
        )
    }

    /// Marks every row of batch `number` and of those before it as deleted, under the last version of that batch: what
    /// a new copy did not find is gone, and whatever was changed since has a newer version and stays. The batch may
    /// have rows of the table itself, where the copy of a table that was followed began.
    package func tombstoneOlder(thanBatch number: UInt64, in table: WarehouseTable) async throws {
        let key = table.orderBy.map { ClickHouseClient.quote(identifier: $0) }.joined(separator: ", ")
        let version = RowVersion.last(ofBatch: number)
        // A new table has nothing older, and finding that out this way costs next to nothing.
        let older = try await client.rows(
            "SELECT 1 FROM \(table.rawIdentifier) WHERE _version < \(version) LIMIT 1",
            timeout: Self.longTimeout
        )
        if older.isEmpty { return }
        try await client.execute(
            """
            INSERT INTO \(table.rawIdentifier) (\(key), _version, _deleted, _committed_at)
            SELECT \(key), \(version), 1, now64(6, 'UTC') FROM \(table.rawIdentifier) FINAL WHERE _version < \(version)
            """,
            settings: ClickHouseClient.writeSettings,
            timeout: Self.longTimeout
        )
    }

    /// Marks the rows that meet a condition and are older than batch `number` as deleted, under that batch's version.
    package func tombstone(where condition: String, olderThanBatch number: UInt64, in table: WarehouseTable)
        async throws
    {
        let key = table.orderBy.map { ClickHouseClient.quote(identifier: $0) }.joined(separator: ", ")
        let version = RowVersion.first(ofBatch: number)
        try await client.execute(
            """
            INSERT INTO \(table.rawIdentifier) (\(key), _version, _deleted, _committed_at)
            SELECT \(key), \(version), 1, now64(6, 'UTC') FROM \(table.rawIdentifier) FINAL
            WHERE _version < \(version) AND \(condition)
            """,
            settings: ClickHouseClient.writeSettings,
            timeout: Self.longTimeout
        )
    }

    /// Takes row versions out that Leat has not written, and waits until they are gone. Where the newest of a row is
    /// among them, its newest other one shows again.
    package func remove(versions: [UInt64], in table: WarehouseTable) async throws {
        let list = versions.map(String.init).joined(separator: ", ")
        try await client.execute(
            "ALTER TABLE \(table.rawIdentifier) DELETE WHERE _version IN (\(list))",
            settings: ["mutations_sync": "1"],
            timeout: Self.longTimeout
        )
    }

    /// Makes the view again, in the place of whatever view is there.
    ///
    /// - Throws: ``PipelineError`` `.unmanagedObject` if something else than a view has its name.
    package func restoreView(_ table: WarehouseTable, floor: UInt64) async throws {
        let found = try await client.rows(
            "SELECT engine FROM system.tables WHERE database = {database:String} AND name = {name:String}",
            parameters: ["database": table.database, "name": table.name]
        )
        if let engine = found.first?.first.flatMap({ $0 }), engine != "View" {
            throw PipelineError(
                .unmanagedObject,
                "`\(table.qualifiedName)` in ClickHouse is no view (\(engine))",
                remedy: "rename or drop it, then repair again"
            )
        }
        try await replaceView(table, floor: floor)
    }

    /// Writes the rows as one block, which becomes one part: all of them or none.
    ///
    /// The same batch written twice does no harm: its rows have the same versions.
    package func insert(_ rows: RowBatch, asBatch number: UInt64) async throws {
        guard rows.rows > 0 else { return }
        _ = try await client.insert(
            into: rows.table.rawIdentifier,
            columns: Self.rawColumns(of: rows.table),
            blocks: try rows.encoded(asBatch: number),
            settings: Self.insertSettings,
            isRepeatable: true
        )
    }

    /// Whether rows of a batch are in the raw table: then all of them are, since they came as one block.
    package func holds(batch number: UInt64, of table: WarehouseTable) async throws -> Bool {
        let found = try await client.rows(
            """
            SELECT 1 FROM \(table.rawIdentifier)
            WHERE _version BETWEEN \(RowVersion.first(ofBatch: number)) AND \(RowVersion.last(ofBatch: number)) LIMIT 1
            """
        )
        return !found.isEmpty
    }

    /// Writes rows while they are read, up to where `rows` ends the insert. They become one part: all of them or none.
    ///
    /// After a failure the rows must be read again. They may be other rows by then: those of a copy's range, under the
    /// same number (docs/architecture.md, "Snapshot without locks").
    package func insert(_ rows: any RowSource, into table: WarehouseTable, asBatch number: UInt64) async throws {
        _ = try await client.insert(
            into: table.rawIdentifier,
            columns: Self.rawColumns(of: table),
            blocks: EncodedRows(rows, asBatch: number),
            settings: Self.insertSettings
        )
    }

    /// For statements that read or rewrite whole tables: the server continues with them when the client gives up, so a
    /// second attempt would only come on top.
    private static let longTimeout = Duration.seconds(6 * 3600)

    private static func rawColumns(of table: WarehouseTable) -> [String] {
        table.columnNames + ["_version", "_deleted", "_committed_at"]
    }

    /// Versions are resolved when rows are read; merging them within each insert only costs time.
    private static let insertSettings = ["optimize_on_insert": "0"]
}

extension ClickHouseError {
    /// Whether the server has evaluated the statement and will never accept it: the cause is the table, not the moment.
    package var isRefusal: Bool {
        !isTransient && !isAnswerUncertain && (code == .server || code == .unknownTable || code == .unknownDatabase)
    }
}
