import InfluxClient
import Testing

@testable import TimeSeries

@Suite("Schemas from what the source has")
struct DiscoveryTests {
    private func measurement(tags: [String], fields: [String: Set<FieldType>]) -> DiscoveredMeasurement {
        DiscoveredMeasurement(key: MeasurementKey(name: "readings"), tags: tags, fields: fields)
    }

    @Test("a new measurement has its tags and fields by name")
    func new() throws {
        let found = measurement(tags: ["site", "device_id"], fields: ["t": [.float], "n": [.integer]])
        let schema = try found.schema()
        #expect(schema.tags == ["device_id", "site"])
        #expect(schema.laterTags == [])
        #expect(schema.fields == [.init(name: "n", type: .integer), .init(name: "t", type: .float)])
    }

    @Test("what appeared later is growth; what the source no longer shows stays")
    func growth() throws {
        let schema = MeasurementSchema(
            name: "readings",
            tags: ["device_id", "site"],
            fields: [.init(name: "t", type: .float), .init(name: "old", type: .string)]
        )
        let found = measurement(tags: ["device_id", "zone"], fields: ["t": [.float], "h": [.integer]])
        let growth = try found.growth(of: schema)
        #expect(growth.tags == ["zone"])
        #expect(growth.fields == [.init(name: "h", type: .integer)])
        #expect(try measurement(tags: ["site"], fields: ["t": [.float]]).growth(of: schema).isEmpty)
    }

    @Test("a field of two types, or of another type than before, is refused by name with a remedy")
    func conflicts() {
        let two = #expect(throws: MeasurementRefusal.self) {
            try measurement(tags: [], fields: ["t": [.float, .integer]]).schema()
        }
        #expect(two?.cause == "the field `t` has several types in InfluxDB: float, integer")
        let schema = MeasurementSchema(name: "readings", tags: [], fields: [.init(name: "t", type: .float)])
        let changed = #expect(throws: MeasurementRefusal.self) {
            try measurement(tags: [], fields: ["t": [.string]]).growth(of: schema)
        }
        #expect(changed?.cause.contains("was of type float and is now of type string") == true)
        #expect(changed?.remedy.isEmpty == false)
    }

    @Test("a name that holds a zero byte is refused")
    func names() {
        #expect(throws: MeasurementRefusal.self) { try measurement(tags: ["a\0"], fields: ["t": [.float]]).schema() }
        #expect(throws: MeasurementRefusal.self) { try measurement(tags: [""], fields: ["t": [.float]]).schema() }
    }

    @Test(
        "durations are read as InfluxDB writes them",
        arguments: [
            ("168h0m0s", 604_800_000_000_000), ("0s", 0), ("1h30m0s", 5_400_000_000_000), ("500ms", 500_000_000),
            ("", nil), ("h", nil), ("5", nil), ("5x", nil), ("99999999999999999999h", nil),
        ] as [(String, Int64?)]
    )
    func durations(_ text: String, _ expected: Int64?) {
        #expect(RetentionPolicy.nanoseconds(of: text) == expected)
    }

    @Test("measurements of other policies than the default one have the policy in their table's name")
    func tableNames() {
        #expect(MeasurementKey(name: "a").tableName == "a")
        #expect(MeasurementKey(name: "a", retentionPolicy: "week").tableName == "a__week")
    }

    @Test("a definition is read back as it was stored")
    func stored() throws {
        let schema = MeasurementSchema(
            name: "r",
            retentionPolicy: "week",
            tags: ["a"],
            laterTags: ["b"],
            fields: [.init(name: "f", type: .unsigned)]
        )
        let stored = StoredMeasurement(schema: schema, policy: "week", timeToLive: .seconds(90))
        #expect(StoredMeasurement(json: try stored.json) == stored)
        #expect(StoredMeasurement(json: "") == nil)
        #expect(StoredMeasurement(json: "{}") == nil)
    }
}
