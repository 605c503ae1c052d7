import ColumnarBytes
import MySQLProtocol
import Testing

@Suite("TextColumnDecoder")
struct TextColumnDecoderTests {
    @Test("BIT comes as bytes, the highest first")
    func bit() throws {
        #expect(try TextCell.encoded([1], as: .bit(1)) == [1, 0, 0, 0, 0, 0, 0, 0])
        #expect(try TextCell.encoded([0x02, 0x01], as: .bit(10)) == [1, 2, 0, 0, 0, 0, 0, 0])
        #expect(
            try TextCell.encoded([UInt8](repeating: 0xFF, count: 8), as: .bit(64)) == [UInt8](repeating: 0xFF, count: 8)
        )
        for (cell, bits) in [([], 1), ([2], 1), ([0, 1], 8), ([4, 0], 10), ([1], 10)] as [([UInt8], Int)] {
            #expect(throws: ColumnValueError.malformed) { try TextCell.encoded(cell, as: .bit(bits)) }
        }
    }

    @Test("ENUM comes as its ordinal")
    func enumeration() throws {
        let type = MySQLType.enumeration(["a", "b", "c"])
        #expect(try TextCell.encoded("3", as: type) == [3, 0])
        #expect(try TextCell.encoded("0", as: type) == [0, 0])
        #expect(throws: ColumnValueError.malformed) { try TextCell.encoded("4", as: type) }
        #expect(throws: ColumnValueError.malformed) { try TextCell.encoded("a", as: type) }
        let many = MySQLType.enumeration((1...65_535).map { "v\($0)" })
        #expect(try TextCell.encoded("65535", as: many) == [0xFF, 0xFF])
    }

    @Test(
        "text, bytes, SET, JSON and geometries stay as they are",
        arguments: [.text(.utf8), .binary(length: 4), .bytes, .set(["a", "b"]), .json, .geometry] as [MySQLType]
    )
    func string(type: MySQLType) throws {
        for cell in [[], [0, 1, 2, 0xFF], [UInt8](repeating: 7, count: 300)] as [[UInt8]] {
            let length =
                cell.count < 128 ? [UInt8(cell.count)] : [UInt8(cell.count & 0x7F | 0x80), UInt8(cell.count >> 7)]
            #expect(try TextCell.encoded(cell, as: type) == length + cell)
        }
    }

    @Test("NULL is a flag and a default value, or an error where the column cannot hold it")
    func null() throws {
        let decoder = try TextColumnDecoder(.integer(bytes: 4, isUnsigned: false))
        let column = ColumnBuffer(layout: .fixed(width: 4), isNullable: true)
        try TextCell.append(nil, to: column, by: decoder)
        try TextCell.append([0x37], to: column, by: decoder)
        #expect(column.rows == 2)
        #expect(TextCell.content(column.nulls) == [1, 0])
        #expect(TextCell.content(column.data) == [0, 0, 0, 0, 7, 0, 0, 0])
        #expect(throws: ColumnValueError.unexpectedNull) {
            try TextCell.encoded(nil, as: .integer(bytes: 4, isUnsigned: false))
        }
    }

    @Test("a value that is refused leaves its column as it was")
    func nothingAppended() throws {
        let types: [(MySQLType, String)] = [
            (.integer(bytes: 1, isUnsigned: false), "300"), (.decimal(precision: 40, scale: 2), "x"), (.double, "x"),
            (.float, "0.1"), (.date, "0000-00-00"), (.dateTime(fraction: 6), "1000-01-01 00:00:00.000000"),
            (.time(fraction: 0), "x"), (.year, "x"), (.bit(1), "xx"), (.enumeration(["a"]), "2"),
        ]
        for (type, text) in types {
            let column = ColumnBuffer(layout: TextCell.layout(of: type), isNullable: true)
            let decoder = try TextColumnDecoder(type)
            #expect(throws: ColumnValueError.self) { try TextCell.append(Array(text.utf8), to: column, by: decoder) }
            #expect(column.rows == 0 && column.byteCount == 0, "\(type)")
        }
    }

    @Test("types that are not carried over are refused when the decoder is made")
    func unsupported() {
        let types: [MySQLType] = [
            .integer(bytes: 5, isUnsigned: false), .decimal(precision: 77, scale: 0),
            .decimal(precision: 5, scale: 6), .decimal(precision: 0, scale: 0), .bit(65), .bit(0),
            .dateTime(fraction: 7), .time(fraction: -1),
        ]
        for type in types {
            #expect(throws: ColumnValueError.unsupported) { try TextColumnDecoder(type) }
        }
    }

    @Test("columns are read by expressions whose text is exact")
    func selectExpressions() {
        #expect(TextColumnDecoder.selectExpression(column: "`f`", type: .float) == "POINT(`f`, 0)")
        #expect(TextColumnDecoder.selectExpression(column: "`d`", type: .double) == "POINT(`d`, 0)")
        #expect(TextColumnDecoder.selectExpression(column: "`e`", type: .enumeration(["a"])) == "CAST(`e` AS UNSIGNED)")
        #expect(TextColumnDecoder.selectExpression(column: "`j`", type: .json) == "`j`")
        #expect(TextColumnDecoder.selectExpression(column: "`l`", type: .text(.other("latin1"))) == "`l`")
        #expect(
            TextColumnDecoder.selectExpression(column: "`p`", type: .text(.other("cp1250"))) == """
                IF(`p` IS NULL, NULL, IF(CHAR_LENGTH(REPLACE(CONVERT(`p` USING utf8mb4), '?', '')) \
                = CHAR_LENGTH(REPLACE(`p`, '?', '')) AND LOCATE(_utf8mb4 x'EFBFBD', CONVERT(`p` USING utf8mb4)) = 0, CAST(CONVERT(`p` USING utf8mb4) AS BINARY), x'FF'))
                """
        )
    }

    @Test("a text that the server could not convert is none")
    func lostText() throws {
        let decoder = try TextColumnDecoder(.text(.other("cp1250")))
        let column = ColumnBuffer(layout: .string, isNullable: true)
        try TextCell.append(Array("Żó".utf8), to: column, by: decoder)
        #expect(throws: ColumnValueError.malformed) { try TextCell.append([0xFF], to: column, by: decoder) }
        try decoder.decode(nil, into: column)
        #expect(column.rows == 2)
    }
}
