import ColumnarBytes
import Testing

@testable import MySQLProtocol

@Suite("CharsetDecoder")
struct CharsetDecoderTests {
    private func text(_ bytes: [UInt8], _ charset: String) throws -> String {
        let decoder = try #require(CharsetDecoder(charset: charset))
        let output = GrowableBytes()
        try bytes.withUnsafeBytes { try decoder.append($0, to: output.sink) }
        return String(decoding: output.bytes, as: UTF8.self)
    }

    @Test(
        "text of all kinds of sets",
        arguments: [
            ("latin1", [0x80, 0xE9, 0x81, 0x41], "€é\u{81}A"), ("cp1251", [0xCF, 0xF0], "Пр"), ("koi8r", [0xF0], "П"),
            ("hebrew", [0xE0], "א"), ("tis620", [0xA1], "ก"), ("ucs2", [0x6F, 0x22], "漢"),
            ("utf16", [0xD8, 0x3D, 0xDE, 0x00], "😀"), ("utf16le", [0x3D, 0xD8, 0x00, 0xDE], "😀"),
            ("utf32", [0, 1, 0xF6, 0x00], "😀"), ("gbk", [0xB2, 0xE2, 0x3F], "测?"),
            ("big5", [0xA4, 0xA4, 0x41], "中A"), ("sjis", [0x83, 0x65, 0xC3, 0x5C], "テﾃ\\"),
            ("cp932", [0x87, 0x40], "①"),
            ("euckr", [0xC7, 0xD1], "한"), ("gb2312", [0xD6, 0xD0], "中"),
            ("ujis", [0x8F, 0xB0, 0xA1, 0x8E, 0xB1], "丂ｱ"),
            ("eucjpms", [0xAD, 0xA1], "①"), ("swe7", [0x5B, 0x7D], "Äå"),
            ("gb18030", [0x95, 0x32, 0x82, 0x36, 0x81, 0x30, 0x81, 0x30, 0xD6, 0xD0], "𠀀\u{80}中"),
        ] as [(String, [UInt8], String)]
    )
    func known(charset: String, bytes: [UInt8], expected: String) throws {
        #expect(try text(bytes, charset) == expected)
    }

    @Test(
        "bytes that are no text are errors",
        arguments: [
            ("cp1250", [0x81]), ("utf16", [0xD8, 0x3D]), ("utf16", [0xD8, 0x3D, 0, 0x41]), ("utf16", [0xDC, 0]),
            ("utf16", [0x41]), ("ucs2", [0xD8, 0x3D, 0xDE, 0]), ("ucs2", [0x41]), ("utf32", [0, 0x11, 0, 0]),
            ("utf32", [0, 0, 0xD8, 0]),
            ("big5", [0xA4]), ("sjis", [0x81, 0x7F]), ("gb2312", [0xD6, 0x40]), ("ujis", [0x8F, 0xB0]), ("gbk", [0xFF]),
            ("gbk", [0x80]),
            ("gb18030", [0x95, 0x32, 0x82]), ("gb18030", [0xFE, 0x39, 0xFE, 0x39]), ("swe7", [0x80]),
        ] as [(String, [UInt8])]
    )
    func malformed(charset: String, bytes: [UInt8]) {
        #expect(throws: ColumnValueError.malformed) { try text(bytes, charset) }
    }

    @Test("sets that are not handled are refused by name", arguments: ["klingon", "GBK", ""])
    func unknown(charset: String) {
        #expect(CharsetDecoder(charset: charset) == nil)
        #expect(MySQLType.text(.other(charset)).columnLayout == nil)
    }

    @Test(
        "collations by id",
        arguments: [(45, MySQLCharset.utf8), (33, .utf8), (11, .utf8), (8, .other("latin1")), (255, .utf8)]
    )
    func collations(id: Int, charset: MySQLCharset) {
        #expect(MySQLCharset(collation: id) == charset)
    }

    @Test("binary is no charset, unknown ids are none")
    func noCharset() {
        #expect(MySQLCharset(collation: 63) == nil)
        #expect(MySQLCharset(collation: 17) == nil)
        #expect(MySQLCharset(collation: 5000) == nil)
        #expect(MySQLCharset.name(ofCollation: 63) == "binary")
    }
}
