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
            ("utf32", [0, 1, 0xF6, 0x00], "😀"),
        ] as [(String, [UInt8], String)]
    )
    func known(charset: String, bytes: [UInt8], expected: String) throws {
        #expect(try text(bytes, charset) == expected)
    }

    @Test(
        "bytes that are no text are errors",
        arguments: [
            ("cp1250", [0x81]), ("utf16", [0xD8, 0x3D]), ("utf16", [0xD8, 0x3D, 0, 0x41]), ("utf16", [0xDC, 0]),
            ("utf16", [0x41]), ("utf32", [0, 0x11, 0, 0]), ("utf32", [0, 0, 0xD8, 0]),
        ] as [(String, [UInt8])]
    )
    func malformed(charset: String, bytes: [UInt8]) {
        #expect(throws: ColumnValueError.malformed) { try text(bytes, charset) }
    }

    @Test("sets that are not handled are refused by name", arguments: ["gbk", "sjis", "big5", "swe7", "klingon"])
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
