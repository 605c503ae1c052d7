import ColumnarBytes
import MySQLProtocol
import Testing

@Suite("Descriptors of types")
struct MySQLTypeDescriptorTests {
    /// At least one of every case.
    private static let types: [MySQLType] = [
        .integer(bytes: 1, isUnsigned: false), .integer(bytes: 2, isUnsigned: true),
        .integer(bytes: 3, isUnsigned: false), .integer(bytes: 4, isUnsigned: true),
        .integer(bytes: 8, isUnsigned: false), .decimal(precision: 9, scale: 2), .decimal(precision: 18, scale: 0),
        .decimal(precision: 38, scale: 10), .decimal(precision: 65, scale: 30), .float, .double, .bit(9), .date,
        .dateTime(fraction: 6), .timestamp(fraction: 0), .time(fraction: 3), .year, .text(.utf8),
        .text(.other("latin1")), .text(.other("klingon")), .binary(length: 4), .bytes, .enumeration(["a", "it's"]),
        .set(["a", "b"]), .json, .geometry, .vector,
        .dateText(.date), .dateText(.dateTime(fraction: 6)), .dateText(.timestamp(fraction: 0)),
    ]

    @Test("each case of the types has a descriptor that is tested")
    func complete() {
        func kind(_ type: MySQLType) -> Int {
            // A new case does not compile until it is here.
            switch type {
            case .integer: 0
            case .decimal: 1
            case .float: 2
            case .double: 3
            case .bit: 4
            case .date: 5
            case .dateTime: 6
            case .timestamp: 7
            case .time: 8
            case .year: 9
            case .text: 10
            case .binary: 11
            case .bytes: 12
            case .enumeration: 13
            case .set: 14
            case .json: 15
            case .geometry: 16
            case .vector: 17
            case .dateText: 18
            }
        }
        #expect(Set(Self.types.map(kind)) == Set(0...18))
    }

    @Test("what is laid out can be read, stored and compared", arguments: types)
    func consistent(type: MySQLType) throws {
        let descriptor = type.descriptor
        guard let layout = descriptor.layout else {
            #expect(descriptor.warehouseType(isNullable: false) == nil)
            return
        }
        _ = try descriptor.textDecoder()
        guard let stored = descriptor.warehouseType(isNullable: false) else {
            guard case .text(.other) = type else { throw Unexpected(type: type) }
            return
        }
        let nullable = try #require(descriptor.warehouseType(isNullable: true))
        #expect(!stored.contains("Nullable("))
        #expect(nullable.contains("Nullable(") == descriptor.hasNullInWarehouse)
        #expect(descriptor.wireType(isNullable: true)?.contains("Nullable(") == descriptor.hasNullInWarehouse)
        if case .fixed(let width) = layout { #expect(descriptor.bytesMaxBesideWire == width) }
        #expect(descriptor.selectExpression("`c`").contains("`c`"))
        #expect(descriptor.sourceText("`c`", ComparedColumnTraits()).contains("`c`"))
        #expect(descriptor.warehouseText("`c`", isNullable: false).contains("`c`"))
    }

    @Test("a boundary that is read as bytes is written as bytes, and any other as it stands", arguments: types)
    func boundaries(type: MySQLType) {
        let descriptor = type.descriptor
        let isHexadecimal = descriptor.boundaryExpression("`c`").hasPrefix("HEX(")
        #expect(descriptor.sourceLiteral(ofBoundary: "31").contains("x'31'") == isHexadecimal)
        // Spans that both servers cut alike need the same value on both sides.
        if descriptor.isOrderedAlike {
            #expect(descriptor.holdsBytes == isHexadecimal)
            #expect(descriptor.warehouseLiteral(ofBoundary: "31").contains("unhex('31')") == isHexadecimal)
        }
    }

    @Test("a key's literal is exact, and none of a number is made of anything else", arguments: types)
    func keys(type: MySQLType) {
        let descriptor = type.descriptor
        let quote = descriptor.keyLiteral(Array("1'; DROP".utf8))
        #expect(quote?.contains("DROP") != true, "\(quote ?? "")")
        switch type {
        case .integer, .decimal, .bit, .year: #expect(descriptor.keyLiteral(Array("-12.5".utf8)) == "-12.5")
        case .float, .double, .vector: #expect(descriptor.keyLiteral(Array("1".utf8)) == nil)
        case .binary, .bytes, .geometry: #expect(descriptor.keyLiteral([0, 255]) == "x'00FF'")
        default: #expect(descriptor.keyLiteral(Array("é".utf8)) == "_utf8mb4 x'C3A9'")
        }
    }

    private struct Unexpected: Error { var type: MySQLType }
}
