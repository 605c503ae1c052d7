import ClickHouseClient
import ColumnarBytes

/// A table as the warehouse holds it: the raw row versions, and the view of the current rows (docs/architecture.md).
package struct WarehouseTable: Sendable, Hashable {
    /// A column of the raw table.
    package struct Column: Sendable, Hashable {
        /// In the raw table.
        package var name: String
        /// ClickHouse's type, Nullable and LowCardinality included.
        package var type: String
        /// The type that blocks are sent with; ClickHouse converts where it differs from `type`.
        package var wireType: String
        package var layout: ColumnBuffer.Layout
        package var isNullable: Bool

        package init(name: String, type: String, wireType: String, layout: ColumnBuffer.Layout, isNullable: Bool) {
            self.name = name
            self.type = type
            self.wireType = wireType
            self.layout = layout
            self.isNullable = isNullable
        }
    }

    /// Names that Leat keeps for itself in every raw table (``ReservedNames``).
    package static let reservedNames: Set<String> = ["_version", "_deleted", "_sign", "_op", "_committed_at"]

    /// The database of the view; the raw table is in `<database>_raw`.
    package var database: String
    package var name: String
    package var columns: [Column]
    /// The sorting key: what makes two rows versions of one.
    package var orderBy: [String]

    /// The sorting key of a table without a key at the source. Nothing tells its rows apart, so none is a version of
    /// another: the raw table holds each row that came and, as deleted, each that went, and the view shows what is
    /// left.
    package static let multisetOrder = ["_version"]
    package var isMultiset: Bool { orderBy == Self.multisetOrder }

    package init(database: String, name: String, columns: [Column], orderBy: [String]) {
        self.database = database
        self.name = name
        self.columns = columns
        self.orderBy = orderBy
    }

    package var rawDatabase: String { database + "_raw" }
    package var qualifiedName: String { "\(database).\(name)" }

    /// `` `shop_raw`.`orders` ``
    package var rawIdentifier: String {
        "\(ClickHouseClient.quote(identifier: rawDatabase)).\(ClickHouseClient.quote(identifier: name))"
    }

    /// `` `shop`.`orders` ``
    package var viewIdentifier: String {
        "\(ClickHouseClient.quote(identifier: database)).\(ClickHouseClient.quote(identifier: name))"
    }

    /// Another table beside the raw one.
    func identifier(ofRaw name: String) -> String {
        "\(ClickHouseClient.quote(identifier: rawDatabase)).\(ClickHouseClient.quote(identifier: name))"
    }

    /// Whichever of the raw table and one of that name there is, as SQL.
    func rawTable(or name: String) -> String {
        let names = [self.name, name].map { "\\Q\($0)\\E" }.joined(separator: "|")
        let pattern = ClickHouseClient.quote(literal: "^(\(names))$")
        return "merge(\(ClickHouseClient.quote(literal: rawDatabase)), \(pattern))"
    }

    package var columnNames: [String] { columns.map(\.name) }

    /// - Parameter durable: fsync every part before an insert is answered.
    func createRaw(mark: String, durable: Bool) -> String {
        var lines = columns.map { "\(ClickHouseClient.quote(identifier: $0.name)) \($0.type)" }
        lines.append("_version UInt64 CODEC(Delta, ZSTD(1))")
        lines.append("_deleted UInt8")
        lines.append("_committed_at DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1))")
        let key = orderBy.map { ClickHouseClient.quote(identifier: $0) }.joined(separator: ", ")
        // A part up to that size is one file and not one a column: half the work of an insert, and of its fsync. Merges
        // make larger parts soon, and those have a file a column.
        // No deduplication window: a repeat does no harm, and being dropped may (`ClickHouseClient.writeSettings`).
        var settings = ["min_bytes_for_wide_part = \(64 << 20)"]
        if durable { settings += ["fsync_after_insert = 1", "fsync_part_directory = 1"] }
        return """
            CREATE TABLE IF NOT EXISTS \(rawIdentifier) (
                \(lines.joined(separator: ",\n    "))
            ) ENGINE = ReplacingMergeTree(_version\(isMultiset ? "" : ", _deleted")) ORDER BY (\(key))
            SETTINGS \(settings.joined(separator: ", "))
            COMMENT \(ClickHouseClient.quote(literal: mark))
            """
    }

    /// The view of the current rows: those whose newest version is no tombstone and was not truncated away. Of a table
    /// without a key each row as often as it came more than it went; what was written twice counts once.
    ///
    /// - Parameters:
    ///   - floor: the batch of the last TRUNCATE or re-creation; 0 for none.
    ///   - source: what it shows, as SQL; the raw table by default.
    ///   - names: the columns that it shows; the table's by default.
    func createView(mark: String, floor: UInt64, of source: String? = nil, columns names: [String]? = nil) -> String {
        let columns = names ?? columnNames
        let list = columns.map { ClickHouseClient.quote(identifier: $0) }.joined(separator: ", ")
        let shown = columns.map { column in
            let name = ReservedNames.shownName(of: column)
            let quoted = ClickHouseClient.quote(identifier: column)
            // Of the table: the column of one may be called as another is shown.
            return name == column ? quoted : "named.\(quoted) AS \(ClickHouseClient.quote(identifier: name))"
        }.joined(separator: ", ")
        let condition = floor == 0 ? "" : "\nWHERE _version >= \(RowVersion.first(ofBatch: floor))"
        let rows = "FROM \(source ?? rawIdentifier) FINAL\(condition)"
        var query = "SELECT \(list)\n\(rows)"
        if isMultiset {
            // Names that no column of the raw table has.
            query = """
                SELECT \(list)
                FROM
                (
                SELECT \(list), sum(1 - 2 * _deleted) AS _sign
                \(rows)
                GROUP BY \(list)
                HAVING _sign > 0
                )
                ARRAY JOIN range(toUInt64(_sign)) AS _version
                """
        }
        // Apart, since a new name would count in the condition, too.
        if shown != list { query = "SELECT \(shown)\nFROM\n(\n\(query)\n) AS named" }
        return """
            CREATE OR REPLACE VIEW \(viewIdentifier) AS
            \(query)
            COMMENT \(ClickHouseClient.quote(literal: mark))
            """
    }
}
