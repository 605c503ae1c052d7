import ColumnarBytes
import MySQLClient
import Testing

@testable import MySQLProtocol

@Suite("Character sets of a real server", .sharesServers)
struct CharsetServerTests {
    /// All sequences of one and of two bytes; those of three and four by samples of each leading byte.
    @Test("each set that the server has is converted as the server does it")
    func conversions() async throws {
        let servers = try await TestPlatform.shared.servers()
        let connection = try await MySQLConnection.connect(to: servers.primary, logger: silent)
        let sets = try await connection.query(
            "SELECT character_set_name, maxlen FROM information_schema.character_sets WHERE character_set_name <> 'binary'"
        ).rows.map { ($0[0] ?? "", $0[1].flatMap { Int($0) } ?? 0) }
        #expect(sets.count >= 40)
        _ = try await connection.query("SET SESSION cte_max_recursion_depth = 100000")
        var checked = 0
        for (charset, bytesMax) in sets where MySQLCharset(name: charset) != .utf8 {
            let decoder = try #require(CharsetDecoder(charset: charset), "\(charset)")
            let selected = TextColumnDecoder.selectExpression(column: "t", type: .text(.other(charset)))
            for (code, count) in Self.codes(of: charset, bytesMax: bytesMax) {
                let rows = try await connection.query(
                    """
                    WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < \(count)), \
                    c AS (SELECT \(code) AS code FROM n), \
                    t AS (SELECT code, CONVERT(UNHEX(code) USING \(charset)) AS t FROM c) \
                    SELECT code, HEX(CONVERT(\(selected) USING utf8mb4)), HEX(\(selected)) FROM t WHERE t IS NOT NULL
                    """
                ).rows
                var wrong: [String] = []
                for row in rows {
                    let text = row[0] ?? ""
                    let expected = decoder.isTotal ? row[1] : row[2] == "FF" ? nil : row[2]
                    let found = Self.hexadecimal(text, decoder)
                    if found != expected { wrong.append("\(text): \(found ?? "none"), not \(expected ?? "none")") }
                }
                checked += rows.count
                #expect(wrong.isEmpty, "\(charset): \(wrong.count) of \(rows.count): \(wrong.prefix(8))")
            }
        }
        await connection.close()
        #expect(checked > 900_000)
    }

    /// Expressions for sequences of bytes, with the number of values that `i` takes.
    private static func codes(of charset: String, bytesMax: Int) -> [(String, Int)] {
        let one = ("LPAD(HEX(i), 2, '0')", 256)
        let two = ("LPAD(HEX(i), 4, '0')", 65_536)
        // Every byte in every place.
        let four = ("LPAD(HEX((i * 2654435761) & 0xFFFFFFFF), 8, '0')", 65_536)
        switch charset {
        case "ucs2": return [two]
        case "utf16", "utf16le": return [two, four, ("CONCAT('D83D', LPAD(HEX(i), 4, '0'))", 65_536)]
        case "utf32": return [("LPAD(HEX(i * 17), 8, '0')", 65_536), four]
        case "gb18030":
            let code = """
                CONCAT(HEX(0x81 + i DIV 500 % 126), HEX(0x30 + i % 10), HEX(0x81 + i % 126), HEX(0x30 + i DIV 10 % 10))
                """
            return [one, two, four, (code, 65_536)]
        default:
            let three = ("CONCAT('8F', LPAD(HEX(i), 4, '0'))", 65_536)
            return [one] + (bytesMax > 1 ? [two] : []) + (bytesMax > 2 ? [three] : [])
        }
    }

    private static func hexadecimal(_ code: String, _ decoder: CharsetDecoder) -> String? {
        let digits = Array(code)
        let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(digits[$0...$0 + 1]), radix: 16)
        }
        let output = GrowableBytes()
        do {
            try bytes.withUnsafeBytes { try decoder.append($0, to: output.sink) }
        } catch {
            return nil
        }
        return Array(output.bytes).hexadecimal
    }
}
