import MySQLProtocol
import Testing

@Suite("Integers of text rows")
struct TextIntegerTests {
    @Test("each width keeps its first and last value and refuses the next")
    func limits() throws {
        try limits(1, Int8.self)
        try limits(2, Int16.self)
        try limits(4, Int32.self)
        try limits(8, Int64.self)
        try limits(1, UInt8.self)
        try limits(2, UInt16.self)
        try limits(4, UInt32.self)
        try limits(8, UInt64.self)
    }

    private func limits<T: FixedWidthInteger>(_ bytes: Int, _: T.Type) throws {
        let type = MySQLType.integer(bytes: bytes, isUnsigned: !T.isSigned)
        for value in [T.min, T.min + 1, 0, 1, 9, 10, T.max - 1, T.max] {
            #expect(try TextCell.integer("\(value)", as: type, T.self) == value)
        }
        let over = "\(Int128(T.max) + 1)"
        let under = "\(Int128(T.min) - 1)"
        #expect(throws: ColumnValueError.malformed, "\(T.self) \(over)") {
            try TextCell.integer(over, as: type, T.self)
        }
        #expect(throws: ColumnValueError.malformed, "\(T.self) \(under)") {
            try TextCell.integer(under, as: type, T.self)
        }
    }

    @Test("MEDIUMINT is checked at 24 bits and stored in 32")
    func mediumint() throws {
        let signed = MySQLType.integer(bytes: 3, isUnsigned: false)
        let unsigned = MySQLType.integer(bytes: 3, isUnsigned: true)
        #expect(try TextCell.integer("-8388608", as: signed, Int32.self) == -8_388_608)
        #expect(try TextCell.integer("8388607", as: signed, Int32.self) == 8_388_607)
        #expect(try TextCell.integer("16777215", as: unsigned, UInt32.self) == 16_777_215)
        for (text, type) in [("8388608", signed), ("-8388609", signed), ("16777216", unsigned), ("-1", unsigned)] {
            #expect(throws: ColumnValueError.malformed) { try TextCell.integer(text, as: type, Int32.self) }
        }
    }

    @Test("ZEROFILL may fill far")
    func zerofill() throws {
        let type = MySQLType.integer(bytes: 4, isUnsigned: true)
        #expect(try TextCell.integer("0000000042", as: type, UInt32.self) == 42)
        let wide = String(repeating: "0", count: 245) + "4294967295"
        #expect(try TextCell.integer(wide, as: type, UInt32.self) == .max)
    }

    @Test(
        "what is no integer is an error",
        arguments: [
            "", "-", "+1", " 1", "1 ", "1.0", "1e3", "0x1", "12345678x", "x2345678", "1234567:", "1234567/",
            "123456789012345678901234567890", "18446744073709551616", "--1", "1-",
        ]
    )
    func malformed(text: String) {
        for isUnsigned in [false, true] {
            #expect(throws: ColumnValueError.malformed) {
                try TextCell.encoded(text, as: .integer(bytes: 8, isUnsigned: isUnsigned))
            }
        }
    }

    @Test("every byte in every place of eight digits is distinguished from a digit")
    func eightDigits() throws {
        let type = MySQLType.integer(bytes: 8, isUnsigned: true)
        for place in 0..<8 {
            for byte in UInt8.min...UInt8.max {
                var text = Array("12345678".utf8)
                text[place] = byte
                let isDigit = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
                #expect(((try? TextCell.encoded(text, as: type)) != nil) == isDigit)
            }
        }
    }

    @Test("random integers of every length come out as they went in")
    func random() throws {
        var random = PacketTestRandom(seed: 2)
        for _ in 0..<20_000 {
            let value = random.next() >> UInt64.random(in: 0...63, using: &random)
            #expect(try TextCell.integer("\(value)", as: .integer(bytes: 8, isUnsigned: true), UInt64.self) == value)
            let signed = Int64(bitPattern: value)
            #expect(try TextCell.integer("\(signed)", as: .integer(bytes: 8, isUnsigned: false), Int64.self) == signed)
        }
    }
}
