import ClickHouseClient
import InfluxProtocol

/// A measurement to compare: what it is at the source now, and where the warehouse shows its points.
package struct MeasurementToVerify: Sendable, Hashable {
    /// `iot.readings`, as reports and the pipeline's state call it.
    package var name: String
    /// `"iot"."autogen"."readings"`: as statements for the source name it.
    package var source: String
    /// The ClickHouse database of the view that shows each point once; the raw table's is called like it with `_raw`.
    package var warehouseDatabase: String
    /// The name of the view and of the raw table.
    package var table: String
    /// At the source.
    package var tags: [String]
    /// By the names of their columns. More than one type where that cannot be compared.
    package var fields: [String: Set<FieldType>]
    /// What to select at the source for these columns.
    package var selection = "*"
    /// After how long the source forgets a point, and the warehouse; `nil` for never.
    package var retention: Duration?
    package var timeToLive: Duration?

    /// Points that are deleted at the source stay in the warehouse (`on-delete: keep`).
    package var keepsDeleted: Bool
    /// The source no longer has it; tags and fields are then those of the view.
    package var isGone: Bool

    package init(
        name: String,
        source: String,
        warehouseDatabase: String,
        table: String,
        tags: [String],
        fields: [String: Set<FieldType>],
        retention: Duration? = nil,
        timeToLive: Duration? = nil,
        keepsDeleted: Bool = false,
        isGone: Bool = false
    ) {
        self.name = name
        self.source = source
        self.warehouseDatabase = warehouseDatabase
        self.table = table
        self.tags = tags
        self.fields = fields
        self.retention = retention
        self.timeToLive = timeToLive
        self.keepsDeleted = keepsDeleted
        self.isGone = isGone
    }

    /// `` `iot`.`readings` `` in ClickHouse.
    var view: String { ClickHouseClient.quote(database: warehouseDatabase, table: table) }
    var raw: String { ClickHouseClient.quote(database: warehouseDatabase + "_raw", table: table) }
}
