import ColumnarBytes
import Testing

@Suite("ColumnBuffer")
struct ColumnBufferTests {
    @Test("fixed values and NULL are laid out as Native wants them")
    func fixed() {
        let column = ColumnBuffer(layout: .fixed(width: 4), isNullable: true)
        column.append(Int32(-2))
        column.appendNull()
        column.appendDefault()
        #expect(column.rows == 3)
        #expect(Array(column.data.bytes) == [0xFE, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0])
        #expect(Array(column.nulls.bytes) == [0, 1, 1])
    }

    @Test("strings carry their length; BINARY(n) is padded")
    func strings() {
        let column = ColumnBuffer(layout: .string, isNullable: false)
        Array("ab".utf8).withUnsafeBytes { column.appendString($0) }
        [UInt8(7)].withUnsafeBytes { column.appendString($0, zeroPaddedTo: 3) }
        column.appendDefault()
        #expect(Array(column.data.bytes) == [2, 0x61, 0x62, 3, 7, 0, 0, 0])
        #expect(column.rows == 3)
    }

    @Test("reused after removeAll")
    func reuse() {
        let column = ColumnBuffer(layout: .dictionary(values: ["new", "paid"]), isNullable: false)
        column.append(UInt16(2))
        column.removeAll()
        #expect(column.rows == 0 && column.byteCount == 0)
        column.append(UInt16(1))
        #expect(Array(column.data.bytes) == [1, 0])
    }

    @Test("rows are taken back, strings of any length among them", arguments: 0...4)
    func truncate(rows: Int) {
        let lengths = [0, 127, 128, 20000]
        let strings = ColumnBuffer(layout: .string, isNullable: true)
        let numbers = ColumnBuffer(layout: .fixed(width: 8), isNullable: false)
        var ends = [0]
        for length in lengths {
            [UInt8](repeating: 0x80, count: length).withUnsafeBytes { strings.appendString($0) }
            numbers.append(UInt64(length))
            ends.append(strings.data.count)
        }
        strings.truncate(toRows: rows)
        numbers.truncate(toRows: rows)
        #expect(strings.rows == rows && strings.nulls.count == rows && strings.data.count == ends[rows])
        #expect(numbers.rows == rows && numbers.data.count == rows * 8)
    }
}
