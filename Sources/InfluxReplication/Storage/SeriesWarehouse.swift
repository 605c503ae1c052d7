import ClickHouseClient
import LeatState
import PipelineCore
import Warehouse

/// Creates and changes the tables and views of measurements in ClickHouse. Touches nothing that is not marked as this
/// pipeline's.
package struct SeriesWarehouse: Sendable {
    package let client: ClickHouseClient
    /// fsync before an insert is answered (`durability: strict`).
    package let isDurable: Bool

    package init(client: ClickHouseClient, isDurable: Bool) {
        self.client = client
        self.isDurable = isDurable
    }

    /// Creates the databases, the raw table and the view, or takes over those that are this pipeline's.
    ///
    /// - Throws: ``PipelineError`` `.unmanagedObject` if a table or view owned by someone else has the name;
    ///   `ClickHouseError`.
    package func create(_ table: SeriesTable) async throws {
        for database in [table.database, table.rawDatabase] {
            try await client.execute("CREATE DATABASE IF NOT EXISTS \(ClickHouseClient.quote(identifier: database))")
        }
        try await requireOurs(table)
        try await client.execute(table.createRaw(durable: isDurable))
        try await client.execute(table.createView)
    }

    /// Adds what appeared later, to the raw table and then to the view. May be repeated after a failure.
    ///
    /// - Parameter tags: into the sorting key, after the time.
    /// - Returns: the table with them.
    package func extend(
        _ table: SeriesTable,
        tags: [String],
        fields: [MeasurementSchema.Field]
    ) async throws -> SeriesTable {
        var extended = table
        let known = Set(try await columns(of: table))
        let newTags = tags.filter { !table.schema.allTags.contains($0) }
        let newFields = fields.filter { field in !table.schema.fields.contains { $0.column == field.column } }
        let missing = newTags.filter { !known.contains($0) }
        if !missing.isEmpty {
            // Those that are there came with an earlier attempt, which put them into the key.
            var present = table
            present.schema.laterTags += newTags.filter { known.contains($0) }
            try await client.execute(present.add(tags: missing), settings: ["alter_sync": "2"])
        }
        extended.schema.laterTags += newTags
        extended.schema.fields += newFields
        if !newFields.isEmpty {
            try await client.execute(extended.add(fields: newFields), settings: ["alter_sync": "2"])
        }
        try await client.execute(extended.createView)
        return extended
    }

    /// The names of the raw table's columns; empty if there is no such table.
    package func columns(of table: SeriesTable) async throws -> [String] {
        try await client.rows(
            """
            SELECT name FROM system.columns WHERE database = {database:String} AND table = {name:String}
            ORDER BY position
            """,
            parameters: ["database": table.rawDatabase, "name": table.name]
        ).compactMap { $0.first ?? nil }
    }

    /// Fails if the raw table or the view exists without this pipeline's mark.
    package func requireOurs(_ table: SeriesTable) async throws {
        let found = try await client.rows(
            """
            SELECT database, name, comment FROM system.tables
            WHERE database IN ({database:String}, {raw:String}) AND name = {name:String}
            """,
            parameters: ["database": table.database, "raw": table.rawDatabase, "name": table.name]
        )
        for row in found where row[2] != table.mark {
            let place = "`\(row[0] ?? "").\(row[1] ?? "")`"
            let owner = row[2].flatMap { $0.hasPrefix("leat:") ? String($0.dropFirst(5)) : nil }
            throw PipelineError(
                .unmanagedObject,
                owner.map { "\(place) in ClickHouse belongs to `\($0)`" }
                    ?? "\(place) exists in ClickHouse and was not created by Leat",
                remedy: "rename or drop it, or give this source another database in leat.yaml"
            )
        }
    }
}
