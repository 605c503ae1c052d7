import InfluxProtocol
import Testing

@testable import InfluxReplication

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

    @Test("a field of several types has a column for each; the type that InfluxDB prefers has the plain name")
    func severalTypes() throws {
        let schema = try measurement(tags: [], fields: ["t": [.string, .integer, .float], "u": [.boolean]]).schema()
        #expect(
            schema.fields == [
                .init(name: "t", type: .float), .init(name: "t", type: .integer, column: "t_integer"),
                .init(name: "t", type: .string, column: "t_string"), .init(name: "u", type: .boolean),
            ]
        )
        #expect(schema.mixedFields == ["t"])
        #expect(
            schema.selection
                == #""t"::float AS "t", "t"::integer AS "t_integer", "t"::string AS "t_string", "u"::boolean AS "u""#
        )
        #expect(try measurement(tags: [], fields: ["t": [.float]]).schema().selection == "*")
    }

    @Test("a field that comes with another type than before gets a column for that, too")
    func laterType() throws {
        let schema = MeasurementSchema(name: "readings", tags: [], fields: [.init(name: "t", type: .float)])
        let found = measurement(tags: [], fields: ["t": [.string]])
        let growth = try found.growth(of: schema)
        #expect(growth.fields == [.init(name: "t", type: .string, column: "t_string")])
        #expect(try found.growth(of: found.schema(extending: schema)).isEmpty)
    }

    @Test("a tag and a field of one name have two columns, whose names no other tag or field has")
    func tagAndField() throws {
        let plain = try measurement(tags: ["x"], fields: ["x": [.float]]).schema()
        #expect(plain.fields == [.init(name: "x", type: .float, column: "x_field")])
        #expect(plain.selection == #""x"::float AS "x_field""#)
        let clash = try measurement(tags: ["x", "x_field"], fields: ["x": [.float], "x_field_": [.float]]).schema()
        #expect(clash.fields.map(\.column) == ["x_field__", "x_field_"])
    }

    @Test("what earlier versions have recorded of a schema is read as before")
    func recorded() throws {
        let json =
            #"{"policy":"autogen","schema":{"fields":[{"name":"v","type":"float"}],"laterTags":[],"name":"m","tags":["d"]}}"#
        let stored = try #require(StoredMeasurement(json: json))
        #expect(stored.schema.fields == [.init(name: "v", type: .float)])
        #expect(stored.schema.fields.first?.column == "v")
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
