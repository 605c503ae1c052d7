import ClickHouseClient
import ColumnarBytes
import InfluxClient
import InfluxProtocol
import Warehouse

/// A measurement as the warehouse holds it: the raw table into which everything is inserted, and the view that shows
/// each point once (docs/storage.md).
///
/// InfluxDB merges the fields of points with the same tags and time, and the last write wins per field; so does
/// `CoalescingMergeTree`, in the order of the inserts. Repeats are harmless. A field that is not set is NULL, a tag
/// that is not set is the empty string, as in InfluxDB.
package struct SeriesTable: Sendable, Hashable {
    package var schema: MeasurementSchema
    /// The database of the view; the raw table is in `<database>_raw`.
    package var database: String
    /// After how long ClickHouse forgets a point, counted from its time; `nil` for never.
    package var timeToLive: Duration?
    package var pipeline: String

    package init(schema: MeasurementSchema, database: String, timeToLive: Duration? = nil, pipeline: String) {
        self.schema = schema
        self.database = database
        self.timeToLive = timeToLive
        self.pipeline = pipeline
    }

    /// `readings`; outside the default retention policy with its name: `readings__week`.
    package var name: String { schema.retentionPolicy.map { "\(schema.name)__\($0)" } ?? schema.name }
    package var rawDatabase: String { database + "_raw" }
    /// `iot.readings`, as people and reports call it.
    package var qualifiedName: String { "\(database).\(name)" }
    /// `` `iot_raw`.`readings` ``
    package var rawIdentifier: String { ClickHouseClient.quote(database: rawDatabase, table: name) }
    /// `` `iot`.`readings` ``
    package var viewIdentifier: String { ClickHouseClient.quote(database: database, table: name) }
    /// What the table and the view say in their comments.
    package var mark: String { "leat:\(pipeline)" }

    // MARK: Columns

    /// The columns of the raw table, of the view and of the blocks to insert: the tags of the sorting key, the time,
    /// the fields, then the tags that appeared later.
    package var columns: [WarehouseTable.Column] {
        schema.tags.map(Self.tag) + [Self.time] + schema.fields.map(Self.field) + schema.laterTags.map(Self.tag)
    }

    package var columnNames: [String] { columns.map(\.name) }
    /// What distinguishes points.
    package var sortingKey: [String] { schema.tags + ["time"] + schema.laterTags }

    /// Plain `String`: with `LowCardinality` a read with `FINAL` takes five times as long and a merge more than twice
    /// (ClickHouse 25.8), and in sorted order the strings compress to as little.
    static func tag(_ name: String) -> WarehouseTable.Column {
        .init(name: name, type: "String", wireType: "String", layout: .string, isNullable: false)
    }

    static let time = WarehouseTable.Column(
        name: "time",
        type: "DateTime64(9, 'UTC')",
        wireType: "DateTime64(9, 'UTC')",
        layout: .fixed(width: 8),
        isNullable: false
    )

    static func field(_ field: MeasurementSchema.Field) -> WarehouseTable.Column {
        let (type, layout): (String, ColumnBuffer.Layout) =
            switch field.type {
            case .float: ("Float64", .fixed(width: 8))
            case .integer: ("Int64", .fixed(width: 8))
            case .unsigned: ("UInt64", .fixed(width: 8))
            case .boolean: ("Bool", .fixed(width: 1))
            case .string: ("String", .string)
            }
        let nullable = "Nullable(\(type))"
        return .init(name: field.column, type: nullable, wireType: nullable, layout: layout, isNullable: true)
    }

    /// Why the measurement cannot become a table, if so: a tag called as a field's column is that was there before.
    package var conflict: String? {
        var seen: Set<String> = []
        for (name, what) in schema.allTags.map({ ($0, "tag") }) + schema.fields.map({ ($0.column, "field") }) {
            if name == "time" { return "a \(what) is called `time`, as the points' time is" }
            if !seen.insert(name).inserted { return "a tag and a field are both called `\(name)`" }
        }
        return nil
    }

    // MARK: Statements

    /// - Parameter durable: fsync every part before an insert is answered.
    package func createRaw(durable: Bool) -> String {
        let lines = columns.map { column in
            "\(ClickHouseClient.quote(identifier: column.name)) \(column.type)\(codec(of: column))"
        }
        var settings = ["index_granularity = \(Self.indexGranularity)"]
        if durable { settings += ["fsync_after_insert = 1", "fsync_part_directory = 1"] }
        return """
            CREATE TABLE IF NOT EXISTS \(rawIdentifier) (
                \(lines.joined(separator: ",\n    "))
            ) ENGINE = CoalescingMergeTree
            PARTITION BY toYYYYMM(time)
            PRIMARY KEY (\(Self.list(schema.tags + ["time"])))
            ORDER BY (\(Self.list(sortingKey)))\(timeToLive.map { "\n\(Self.clause(timeToLive: $0))" } ?? "")
            SETTINGS \(settings.joined(separator: ", "))
            COMMENT \(ClickHouseClient.quote(literal: mark))
            """
    }

    /// The view that shows each point once.
    ///
    /// Conditions on the sorting key are applied before points are merged: all versions of a point have the same tags
    /// and time, and lie in the same month.
    package var createView: String {
        """
        CREATE OR REPLACE VIEW \(viewIdentifier) AS
        SELECT \(Self.list(columnNames))
        FROM \(rawIdentifier) FINAL
        SETTINGS \(Self.finalSettings.map { "\($0) = \($1)" }.joined(separator: ", "))
        COMMENT \(ClickHouseClient.quote(literal: mark))
        """
    }

    static let finalSettings = [
        ("optimize_move_to_prewhere_if_final", "1"), ("do_not_merge_across_partitions_select_final", "1"),
    ]

    /// Adds fields that appeared later. They may be there already. The view is to be created again afterwards.
    package func add(fields: [MeasurementSchema.Field]) -> String {
        let actions = fields.map { field in
            let column = Self.field(field)
            let name = ClickHouseClient.quote(identifier: column.name)
            return "ADD COLUMN IF NOT EXISTS \(name) \(column.type)\(codec(of: column))"
        }
        return "ALTER TABLE \(rawIdentifier) \(actions.joined(separator: ", "))"
    }

    /// Adds tags that appeared later: columns and sorting key in one statement, since ClickHouse only takes columns
    /// into the key that are new. Points that are there already have the empty string in them, which in InfluxDB is the
    /// same as no tag. The view is to be created again afterwards.
    ///
    /// - Parameter tags: none of which is in the schema yet.
    package func add(tags: [String]) -> String {
        let actions = tags.map { tag in
            "ADD COLUMN \(ClickHouseClient.quote(identifier: tag)) \(Self.tag(tag).type)\(codec(of: Self.tag(tag)))"
        }
        let key = Self.list(sortingKey + tags)
        return "ALTER TABLE \(rawIdentifier) \(actions.joined(separator: ", ")), MODIFY ORDER BY (\(key))"
    }

    /// Changes after how long points are forgotten, as ``timeToLive`` says.
    package var modifyTimeToLive: String {
        "ALTER TABLE \(rawIdentifier) \(timeToLive.map { "MODIFY \(Self.clause(timeToLive: $0))" } ?? "REMOVE TTL")"
    }

    private static func clause(timeToLive: Duration) -> String {
        "TTL time + toIntervalSecond(\(timeToLive.components.seconds))"
    }

    static func list(_ names: [String]) -> String {
        names.map { ClickHouseClient.quote(identifier: $0) }.joined(separator: ", ")
    }
}
