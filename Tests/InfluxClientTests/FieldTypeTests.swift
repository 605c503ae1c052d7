import InfluxProtocol
import Testing

@Suite("Field types")
struct FieldTypeTests {
    @Test("are read as the server names them")
    func names() {
        #expect(FieldType(rawValue: "float") == .float)
        #expect(FieldType(rawValue: "decimal") == nil)
    }
}
