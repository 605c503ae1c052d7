import ColumnarBytes
import InfluxProtocol
import Testing

@testable import Verification

@Suite("The texts of points") struct SeriesTextTests {
    private func texts(_ rows: SeriesRows) -> [(text: String, ends: [Int], time: Int64)] {
        var writer = SeriesTextWriter(rows)
        var texts: [(String, [Int], Int64)] = []
        while writer.next() {
            texts.append((String(decoding: writer.text.bytes, as: UTF8.self), writer.ends, writer.time))
        }
        return texts
    }

    private func append(_ text: String, to buffer: ColumnBuffer) {
        var text = text
        text.withUTF8 { buffer.appendString(UnsafeRawBufferPointer($0)) }
    }

    @Test("every cell says where it ends, and NULL is like no value")
    func cells() {
        let rows = SeriesRows(columns: [
            .tag("a"), .tag("b"), .time, .field("f", .float), .field("i", .integer), .field("o", .boolean),
            .field("s", .string), .field("u", .unsigned),
        ])
        append("x:1", to: rows.buffers[0])
        append("", to: rows.buffers[1])
        rows.buffers[2].append(Int64(-5))
        rows.buffers[3].append((-0.0).bitPattern)
        rows.buffers[4].append(Int64(-1))
        rows.buffers[5].append(UInt8(1))
        append("", to: rows.buffers[6])
        rows.buffers[7].append(UInt64.max)
        append("", to: rows.buffers[0])
        append(String(repeating: "é", count: 100), to: rows.buffers[1])
        rows.buffers[2].append(Int64(7))
        for buffer in rows.buffers[3...] { buffer.appendNull() }
        let texts = texts(rows)
        #expect(
            texts.map(\.text) == [
                "3:x:10:-5,9223372036854775808,18446744073709551615,1,0:18446744073709551615,",
                "0:200:\(String(repeating: "é", count: 100))7,N,N,N,NN,",
            ]
        )
        #expect(texts.map(\.time) == [-5, 7])
        #expect(texts.first?.ends == [5, 7, 10, 30, 51, 53, 55, 76])
    }

    @Test(
        "a point's key is shown as people write it",
        arguments: [
            ("2:d10:1772323201500000000,", 2, "d1,,2026-03-01T00:00:01.5Z"), ("0,", 0, "1970-01-01T00:00:00Z"),
            ("-1,", 0, "1969-12-31T23:59:59.999999999Z"), ("4102444799000000001,", 0, "2099-12-31T23:59:59.000000001Z"),
            ("951782400000000000,", 0, "2000-02-29T00:00:00Z"),
            ("-9223372036854775806,", 0, "1677-09-21T00:12:43.145224194Z"),
        ] as [(String, Int, String)]
    )
    func keys(text: String, tags: Int, expected: String) {
        #expect(SeriesPointKey.describe(Array(text.utf8), tags: tags) == expected)
    }

    @Test("hexadecimal digits are read back, and nothing else is")
    func hexadecimal() {
        #expect(SeriesPointKey.bytes(hexadecimal: "00FFA1") == [0, 255, 161])
        #expect(SeriesPointKey.bytes(hexadecimal: "0x") == [])
    }
}
