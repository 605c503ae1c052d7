import MySQLProtocol
import Testing

@Suite("Floats of text rows")
struct TextFloatTests {
    private func double(_ text: String) throws -> Double {
        Double(bitPattern: try TextCell.integer(text, as: .double, UInt64.self))
    }

    private func float(_ text: String) throws -> Float {
        Float(bitPattern: try TextCell.integer(text, as: .float, UInt32.self))
    }

    @Test(
        "doubles as MySQL prints them",
        arguments: [
            ("0", 0), ("-0", -0.0), ("1", 1), ("-1.5", -1.5), ("0.1", 0.1),
            ("1.7976931348623157e308", .greatestFiniteMagnitude),
            ("5e-324", .leastNonzeroMagnitude), ("2.2250738585072014e-308", .leastNormalMagnitude), ("1e22", 1e22),
            ("1e23", 1e23),
            ("9007199254740993", 9_007_199_254_740_992), ("123456789012345680000", 123456789012345683968),
            ("-0.00009999999999998899", -0.00009999999999998899), ("1e+15", 1e15), (".5", 0.5), ("5.", 5),
        ] as [(String, Double)]
    )
    func doubles(text: String, expected: Double) throws {
        #expect(try double(text).bitPattern == expected.bitPattern)
    }

    @Test("random bit patterns come back from their shortest text")
    func randomDoubles() throws {
        var random = PacketTestRandom(seed: 4)
        for _ in 0..<50_000 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite else { continue }
            #expect(try double("\(value)").bitPattern == value.bitPattern)
            // And amounts, ratios and the like, which take the short way.
            let small = Double(Int64(bitPattern: random.next()) >> Int64.random(in: 11...60, using: &random)) / 1000
            #expect(try double("\(small)").bitPattern == small.bitPattern)
        }
    }

    @Test("random digits are rounded as the standard library rounds them")
    func randomDigits() throws {
        var random = PacketTestRandom(seed: 5)
        for _ in 0..<50_000 {
            let digits = (0..<Int.random(in: 1...25, using: &random)).map { _ in
                String(Int.random(in: 0...9, using: &random))
            }
            var text = digits.joined()
            if Bool.random(using: &random) {
                let place = text.index(text.startIndex, offsetBy: Int.random(in: 1...text.count, using: &random))
                text.insert(".", at: place)
            }
            if Bool.random(using: &random) { text += "e\(Int.random(in: -330...280, using: &random))" }
            let expected = try #require(Double(text))
            #expect(try double(text).bitPattern == expected.bitPattern, "\(text)")
        }
    }

    @Test("floats are read as doubles and narrowed without loss")
    func floats() throws {
        #expect(try float("0.10000000149011612").bitPattern == Float(0.1).bitPattern)
        #expect(try float("3.4028234663852886e38") == .greatestFiniteMagnitude)
        #expect(try float("1.401298464324817e-45") == .leastNonzeroMagnitude)
        #expect(try float("-0").sign == .minus)
        var random = PacketTestRandom(seed: 6)
        for _ in 0..<50_000 {
            let value = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
            guard value.isFinite else { continue }
            #expect(try float("\(Double(value))").bitPattern == value.bitPattern)
        }
    }

    @Test("a text that is no float's exact value shows that the SELECT was wrong")
    func rounded() {
        #expect(throws: ColumnValueError.malformed) { try float("0.1") }
        #expect(throws: ColumnValueError.malformed) { try float("1e39") }
    }

    @Test(
        "what is no number is an error",
        arguments: [
            "", "-", ".", "e5", "1e", "1e+", "1e-", "1e5x", "1.2.3", "nan", "inf", "-inf", "0x10", " 1", "1 ", "1e309",
            "1e99999", "--1", "1e1234567",
        ]
    )
    func malformed(text: String) {
        #expect(throws: ColumnValueError.malformed) { try double(text) }
        #expect(throws: ColumnValueError.malformed) { try double(text + "\0") }
    }
}
