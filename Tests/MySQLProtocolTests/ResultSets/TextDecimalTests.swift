import MySQLProtocol
import Testing

@Suite("Decimals of text rows")
struct TextDecimalTests {
    @Test(
        "the value times the power of the scale, in the width of the precision",
        arguments: [
            ("0.00", 5, 2, 0), ("-0.01", 5, 2, -1), ("999.99", 5, 2, 99_999), ("-999.99", 5, 2, -99_999),
            ("12", 9, 0, 12), ("0.5", 1, 1, 5), (".5", 1, 1, 5), ("000012.50", 9, 2, 1250), ("7", 9, 3, 7000),
            ("7.1", 9, 3, 7100), ("-0.00", 9, 2, 0),
        ] as [(String, Int, Int, Int32)]
    )
    func decimal32(text: String, precision: Int, scale: Int, expected: Int32) throws {
        #expect(try TextCell.integer(text, as: .decimal(precision: precision, scale: scale)) == expected)
    }

    @Test("wider ones")
    func wide() throws {
        #expect(
            try TextCell.integer("-9999999999999999.99", as: .decimal(precision: 18, scale: 2))
                == Int64(-999_999_999_999_999_999)
        )
        let nines = String(repeating: "9", count: 28) + "." + String(repeating: "9", count: 10)
        let largest = Int128("99999999999999999999999999999999999999")
        #expect(try TextCell.integer(nines, as: .decimal(precision: 38, scale: 10)) == largest)
        #expect(try TextCell.integer("-" + nines, as: .decimal(precision: 38, scale: 10)) == largest.map { -$0 })
    }

    @Test(
        "what does not fit, or is no decimal, is an error",
        arguments: [
            ("1000.00", 5, 2), ("0.001", 5, 2), ("", 5, 2), ("-", 5, 2), (".", 5, 2), ("1..0", 5, 2), ("1.x", 5, 2),
            ("x.00", 5, 2), ("1e2", 5, 2), ("+1.00", 5, 2), ("1.0.0", 9, 4), ("10", 1, 0), ("1.0", 5, 0), ("1.", 3, 0),
        ]
    )
    func malformed(text: String, precision: Int, scale: Int) {
        // The same rule for every width; a wider one takes more digits before the point.
        for wider in [0, 10, 30, 60] {
            let isTooLong = text == "1000.00" || text == "10"
            let text = isTooLong ? String(repeating: "9", count: wider) + text : text
            #expect(throws: ColumnValueError.malformed, "\(text) as (\(precision + wider), \(scale))") {
                try TextCell.encoded(text, as: .decimal(precision: precision + wider, scale: scale))
            }
        }
    }

    @Test("random decimals of every precision and scale agree with long multiplication")
    func random() throws {
        var random = PacketTestRandom(seed: 3)
        for _ in 0..<10_000 {
            let precision = Int.random(in: 1...65, using: &random)
            let scale = Int.random(in: 0...min(precision, 30), using: &random)
            let whole = (0..<Int.random(in: 0...precision - scale, using: &random)).map { _ in
                Int.random(in: 0...9, using: &random)
            }
            let fraction = (0..<scale).map { _ in Int.random(in: 0...9, using: &random) }
            let isNegative = Bool.random(using: &random)
            let text =
                (isNegative ? "-" : "") + (whole.isEmpty ? "0" : whole.map(String.init).joined())
                + (scale > 0 ? "." + fraction.map(String.init).joined() : "")
            let width = precision <= 9 ? 4 : precision <= 18 ? 8 : precision <= 38 ? 16 : 32
            let expected = longMultiplication(whole + fraction, isNegative: isNegative, width: width)
            #expect(
                try TextCell.encoded(text, as: .decimal(precision: precision, scale: scale)) == expected,
                "\(text) as (\(precision), \(scale))"
            )
        }
    }

    /// Two's complement of the digits' value, a byte at a time.
    private func longMultiplication(_ digits: [Int], isNegative: Bool, width: Int) -> [UInt8] {
        var bytes = [Int](repeating: 0, count: width)
        for digit in digits {
            var carry = digit
            for index in bytes.indices {
                let value = bytes[index] * 10 + carry
                bytes[index] = value & 0xFF
                carry = value >> 8
            }
        }
        if isNegative {
            var carry = 1
            for index in bytes.indices {
                let value = (bytes[index] ^ 0xFF) + carry
                bytes[index] = value & 0xFF
                carry = value >> 8
            }
        }
        return bytes.map { UInt8($0) }
    }
}
