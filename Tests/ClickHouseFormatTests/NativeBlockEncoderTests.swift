import ClickHouseFormat
import ColumnarBytes
import Testing

/// Golden bytes: `SELECT … FORMAT Native` of ClickHouse 25.8 for the same values.
@Suite("Native block encoder")
struct NativeBlockEncoderTests {
    @Test("integers and strings are copied after name and type")
    func plain() throws {
        let block = try encode(
            [
                .init(name: "a", type: "Int32", buffer: .integers([5 as Int32, -1])),
                .init(name: "s", type: "String", buffer: .strings(["xx", ""])),
            ],
            rows: 2
        )
        #expect(
            hex(block) == "02 02 01 61 05 49 6e 74 33 32 05 00 00 00 ff ff ff ff 01 73 06 53 74 72 69 6e 67 02 78 78 00"
        )
    }

    @Test("a nullable column has its null map first")
    func nullable() throws {
        let block = try encode(
            [.init(name: "n", type: "Nullable(Int16)", buffer: .integers([7 as Int16, nil], isNullable: true))],
            rows: 2
        )
        #expect(hex(block) == "01 02 01 6e " + hex("\u{0F}Nullable(Int16)".utf8) + " 00 01 07 00 00 00")
    }

    @Test("a buffer without NULLs in a nullable column gets a null map of zeros")
    func neverNull() throws {
        let block = try encode(
            [.init(name: "n", type: "Nullable(Int16)", buffer: .integers([7 as Int16, 8]))],
            rows: 2
        )
        #expect(hex(block) == "01 02 01 6e " + hex("\u{0F}Nullable(Int16)".utf8) + " 00 00 07 00 08 00")
    }

    @Test("the bytes of strings go as the elements of arrays, and NULL as none")
    func arrays() throws {
        let buffer = ColumnBuffer(layout: .string, isNullable: true)
        for value in [[1, 0, 2, 0] as [UInt8], nil, [0, 3]] {
            if let value { value.withUnsafeBytes { buffer.appendString($0) } } else { buffer.appendNull() }
        }
        let block = try encode([.init(name: "v", type: "Array(UInt16)", buffer: buffer)], rows: 3)
        let ends = "02 00 00 00 00 00 00 00 02 00 00 00 00 00 00 00 03 00 00 00 00 00 00 00"
        #expect(hex(block) == "01 03 01 76 " + hex("\u{0D}Array(UInt16)".utf8) + " \(ends) 01 00 02 00 00 03")
        #expect(throws: NativeFormatError.layoutMismatch(column: "v", type: "Array(UInt32)")) {
            try encode([.init(name: "v", type: "Array(UInt32)", buffer: buffer)], rows: 3)
        }
        #expect(throws: NativeFormatError.unsupportedType("Array(String)")) {
            try encode([.init(name: "v", type: "Array(String)", buffer: buffer)], rows: 3)
        }
    }

    @Test("a dictionary goes as LowCardinality with its keys and one-byte indexes")
    func lowCardinality() throws {
        let block = try encode(
            [.init(name: "e", type: "LowCardinality(String)", buffer: .ordinals([2, 0, 1], of: ["new", "paid"]))],
            rows: 3
        )
        let expected =
            "01 03 01 65 " + hex("\u{16}LowCardinality(String)".utf8)
            + " 01 00 00 00 00 00 00 00 00 06 00 00 00 00 00 00"
            + " 03 00 00 00 00 00 00 00 00 03 6e 65 77 04 70 61 69 64"
            + " 03 00 00 00 00 00 00 00 02 00 01"
        #expect(hex(block) == expected)
    }

    @Test("in a nullable dictionary key 0 is NULL and key 1 the empty string")
    func nullableLowCardinality() throws {
        let block = try encode(
            [
                .init(
                    name: "e",
                    type: "LowCardinality(Nullable(String))",
                    buffer: .ordinals([1, nil, 0], of: ["a"], isNullable: true)
                )
            ],
            rows: 3
        )
        let expected =
            "01 03 01 65 " + hex("\u{20}LowCardinality(Nullable(String))".utf8)
            + " 01 00 00 00 00 00 00 00 00 06 00 00 00 00 00 00"
            + " 03 00 00 00 00 00 00 00 00 00 01 61"
            + " 03 00 00 00 00 00 00 00 02 00 01"
        #expect(hex(block) == expected)
        let decoded = try #require(try decode(block).first?.columns.first)
        #expect((0..<3).map(decoded.string) == ["a", nil, ""])
    }

    @Test("indexes are as wide as the number of keys needs", arguments: [(255, 1), (256, 2), (65_535, 2)])
    func indexWidth(values: Int, width: Int) throws {
        let names = (1...values).map { "v\($0)" }
        let ordinals: [UInt16?] = [0, 1, UInt16(values)]
        let block = try encode(
            [.init(name: "e", type: "LowCardinality(String)", buffer: .ordinals(ordinals, of: names))],
            rows: 3
        )
        let last = block.suffix(width).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
        #expect(last == values)
        let decoded = try #require(try decode(block).first?.columns.first)
        #expect((0..<3).map(decoded.string) == ["", "v1", "v\(values)"])
    }

    @Test("a nullable dictionary of 65 535 values takes indexes of four bytes")
    func widestIndex() throws {
        let names = (1...65_535).map { "v\($0)" }
        let buffer = ColumnBuffer.ordinals([65_535, nil, 65_534, 0], of: names, isNullable: true)
        let block = try encode([.init(name: "e", type: "LowCardinality(Nullable(String))", buffer: buffer)], rows: 4)
        #expect(hex(block.suffix(16)) == "00 00 01 00 00 00 00 00 ff ff 00 00 01 00 00 00")
        let decoded = try #require(try decode(block).first?.columns.first)
        #expect((0..<4).map(decoded.string) == ["v65535", nil, "v65534", ""])
    }

    @Test("a string buffer goes to a LowCardinality column as String, which the server converts")
    func stringToLowCardinality() throws {
        let block = try encode([.init(name: "s", type: "LowCardinality(String)", buffer: .strings(["x"]))], rows: 1)
        #expect(hex(block) == "01 01 01 73 06 53 74 72 69 6e 67 01 78")
        let nullable = try encode(
            [.init(name: "s", type: "LowCardinality(Nullable(String))", buffer: .strings(["x"], isNullable: true))],
            rows: 1
        )
        #expect(hex(nullable) == "01 01 01 73 " + hex("\u{10}Nullable(String)".utf8) + " 00 01 78")
    }

    @Test("without rows there are names and types and nothing else")
    func empty() throws {
        let block = try encode(
            [
                .init(name: "e", type: "LowCardinality(String)", buffer: .ordinals([], of: ["x"])),
                .init(name: "n", type: "Nullable(Int8)", buffer: .integers([Int8?](), isNullable: true)),
            ],
            rows: 0
        )
        #expect(
            hex(block) == "02 00 01 65 " + hex("\u{16}LowCardinality(String)".utf8) + " 01 6e "
                + hex("\u{0E}Nullable(Int8)".utf8)
        )
        #expect(try decode(block).first?.rows == 0)
    }

    @Test("an ordinal without its value is an error and leaves the output as it was", arguments: [false, true])
    func badOrdinal(isNullable: Bool) {
        let output = GrowableBytes()
        output.append(UInt8(0xAA))
        let type = isNullable ? "LowCardinality(Nullable(String))" : "LowCardinality(String)"
        let buffer = ColumnBuffer.ordinals([1, 2], of: ["only"], isNullable: isNullable)
        #expect(throws: NativeFormatError.ordinalOutOfRange(column: "e")) {
            try NativeBlockEncoder.encode(
                columns: [.init(name: "e", type: type, buffer: buffer)],
                rows: 2,
                into: output
            )
        }
        #expect(Array(output.bytes) == [0xAA])
    }

    @Test("columns of different lengths are an error")
    func rowCount() {
        let columns = [
            NativeColumn(name: "a", type: "Int8", buffer: .integers([1 as Int8])),
            NativeColumn(name: "b", type: "Int8", buffer: .integers([1 as Int8, 2])),
        ]
        #expect(throws: NativeFormatError.rowCountMismatch(column: "b", expected: 1, found: 2)) {
            try encode(columns, rows: 1)
        }
    }

    @Test(
        "a buffer that does not fit its type is an error",
        arguments: ["Int16", "String", "Nullable(Int64)", "Array(Int8)", "LowCardinality(String)", "Decimal(18, 2)"]
    )
    func layout(type: String) {
        let column = NativeColumn(name: "a", type: type, buffer: .integers([1 as Int32]))
        #expect(throws: NativeFormatError.layoutMismatch(column: "a", type: type)) { try encode([column], rows: 1) }
    }

    @Test("NULLs cannot go to a column that is not nullable")
    func nullsRefused() {
        let column = NativeColumn(name: "a", type: "Int32", buffer: .integers([1 as Int32, nil], isNullable: true))
        #expect(throws: NativeFormatError.layoutMismatch(column: "a", type: "Int32")) { try encode([column], rows: 2) }
    }

    @Test("a name that is no type is an error")
    func badType() {
        let column = NativeColumn(name: "a", type: "Int32(", buffer: .integers([1 as Int32]))
        #expect(throws: NativeFormatError.unsupportedType("Int32(")) { try encode([column], rows: 1) }
    }

    @Test("several blocks follow each other in one output")
    func several() throws {
        let output = GrowableBytes()
        for value in 1...3 {
            let column = NativeColumn(name: "a", type: "Int64", buffer: .integers([Int64(value)]))
            try NativeBlockEncoder.encode(columns: [column], rows: 1, into: output)
        }
        #expect(try decode(Array(output.bytes)).map { $0.columns[0].integer(0) } == [1, 2, 3])
    }
}
