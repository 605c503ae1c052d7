import InfluxClient
import InfluxProtocol
import Testing
import Warehouse

@testable import InfluxReplication

@Suite("SeriesTable")
struct SeriesTableTests {
    private let table = SeriesTable(
        schema: MeasurementSchema(
            name: "read`ings",
            tags: ["device_id", "site"],
            laterTags: ["firmware"],
            fields: [
                .init(name: "temperature", type: .float), .init(name: "ok", type: .boolean),
                .init(name: "note", type: .string), .init(name: "count", type: .unsigned),
            ]
        ),
        database: "iot",
        pipeline: "fleet"
    )

    @Test("points are distinguished by tags and time, and later tags stand after the time")
    func raw() {
        let sql = table.createRaw(durable: true)
        #expect(sql.contains("CREATE TABLE IF NOT EXISTS `iot_raw`.`read\\`ings` ("))
        #expect(sql.contains("ENGINE = CoalescingMergeTree"))
        #expect(sql.contains("PRIMARY KEY (`device_id`, `site`, `time`)"))
        #expect(sql.contains("ORDER BY (`device_id`, `site`, `time`, `firmware`)"))
        #expect(sql.contains("fsync_after_insert = 1, fsync_part_directory = 1"))
        #expect(sql.contains("COMMENT 'leat:fleet'"))
        #expect(!sql.contains("TTL"))
        #expect(!table.createRaw(durable: false).contains("fsync"))
    }

    @Test("the columns are those of the blocks to insert")
    func columns() {
        #expect(table.columnNames == ["device_id", "site", "time", "temperature", "ok", "note", "count", "firmware"])
        #expect(
            table.columns.map(\.wireType) == [
                "String", "String", "DateTime64(9, 'UTC')", "Nullable(Float64)", "Nullable(Bool)", "Nullable(String)",
                "Nullable(UInt64)", "String",
            ]
        )
        #expect(table.columns.filter(\.isNullable).map(\.name) == ["temperature", "ok", "note", "count"])
    }

    @Test("a table outside the default retention policy carries its name")
    func retentionPolicy() {
        var other = table
        other.schema.name = "readings"
        other.schema.retentionPolicy = "week"
        #expect(other.viewIdentifier == "`iot`.`readings__week`")
        #expect(other.qualifiedName == "iot.readings__week")
    }

    @Test("points are forgotten as configured")
    func timeToLive() {
        var other = table
        other.timeToLive = .seconds(86_400)
        #expect(other.createRaw(durable: false).contains("TTL time + toIntervalSecond(86400)\nSETTINGS"))
        #expect(other.modifyTimeToLive.hasSuffix("MODIFY TTL time + toIntervalSecond(86400)"))
        #expect(table.modifyTimeToLive.hasSuffix("REMOVE TTL"))
    }

    @Test("new tags come with the sorting key in one statement")
    func newTags() {
        let sql = table.add(tags: ["model", "owner"])
        #expect(sql.contains("ADD COLUMN `model` String"))
        #expect(sql.hasSuffix("MODIFY ORDER BY (`device_id`, `site`, `time`, `firmware`, `model`, `owner`)"))
    }

    @Test(
        "names that cannot stand side by side are named",
        arguments: [
            (["a"], "a", "a tag and a field are both called `a`"),
            (["time"], "a", "a tag is called `time`, as the points' time is"),
            (["a"], "time", "a field is called `time`, as the points' time is"),
        ]
    )
    func conflicts(tags: [String], field: String, expected: String) {
        var other = table
        other.schema.tags = tags
        other.schema.fields = [.init(name: field, type: .float)]
        #expect(other.conflict == expected)
        #expect(table.conflict == nil)
    }
}
