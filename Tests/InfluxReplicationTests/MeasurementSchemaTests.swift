import InfluxReplication
import Testing

@Suite("Schemas of measurements")
struct MeasurementSchemaTests {
    @Test("have later tags after the others")
    func tags() {
        let schema = MeasurementSchema(name: "readings", tags: ["device_id"], laterTags: ["zone"], fields: [])
        #expect(schema.allTags == ["device_id", "zone"])
    }
}
