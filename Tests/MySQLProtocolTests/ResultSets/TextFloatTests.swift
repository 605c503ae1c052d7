import MySQLProtocol
import Testing

@Suite("Floats of text rows")
struct TextFloatTests {
    /// What the server sends for `POINT(x, 0)`.
    static func point(_ x: Double, y: Double = 0) -> [UInt8] {
        var bytes: [UInt8] = [0, 0, 0, 0, 1, 1, 0, 0, 0]
        for value in [x, y] { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += Array($0) } }
        return bytes
    }

    private func integer<T: FixedWidthInteger>(_ cell: [UInt8], _ type: MySQLType, _: T.Type) throws -> T {
        let bytes = try TextCell.encoded(cell, as: type)
        try #require(bytes.count == MemoryLayout<T>.size)
        return bytes.withUnsafeBytes { T(littleEndian: $0.loadUnaligned(as: T.self)) }
    }

    private func double(_ cell: [UInt8]) throws -> Double {
        Double(bitPattern: try integer(cell, .double, UInt64.self))
    }

    private func float(_ cell: [UInt8]) throws -> Float {
        Float(bitPattern: try integer(cell, .float, UInt32.self))
    }

    @Test("a point as MySQL 9.7 sends it")
    func captured() throws {
        // SELECT HEX(POINT(0.1e0, 0)), HEX(POINT(-0e0, 0))
        #expect(
            Self.point(0.1) == [0, 0, 0, 0, 1, 1, 0, 0, 0, 0x9A, 0x99, 0x99, 0x99, 0x99, 0x99, 0xB9, 0x3F]
                + [UInt8](repeating: 0, count: 8)
        )
        #expect(
            try double(
                [0, 0, 0, 0, 1, 1, 0, 0, 0, 0x9A, 0x99, 0x99, 0x99, 0x99, 0x99, 0xB9, 0x3F]
                    + [UInt8](repeating: 0, count: 8)
            ) == 0.1
        )
        #expect(
            try double([0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80] + [UInt8](repeating: 0, count: 8)).sign
                == .minus
        )
    }

    @Test("every finite double comes back bit for bit")
    func randomDoubles() throws {
        var random = PacketTestRandom(seed: 4)
        var values: [Double] = [0, -0.0, .greatestFiniteMagnitude, .leastNonzeroMagnitude, .leastNormalMagnitude]
        for _ in 0..<50_000 { values.append(Double(bitPattern: random.next())) }
        for value in values where value.isFinite {
            #expect(try double(Self.point(value)).bitPattern == value.bitPattern)
        }
    }

    @Test("floats are read as doubles and narrowed without loss")
    func floats() throws {
        var random = PacketTestRandom(seed: 6)
        var values: [Float] = [0, -0.0, .greatestFiniteMagnitude, .leastNonzeroMagnitude, 0.1]
        for _ in 0..<50_000 { values.append(Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))) }
        for value in values where value.isFinite {
            #expect(try float(Self.point(Double(value))).bitPattern == value.bitPattern)
        }
    }

    @Test("a double that is no float shows that the column is none")
    func rounded() {
        #expect(throws: ColumnValueError.malformed) { try float(Self.point(0.1)) }
        #expect(throws: ColumnValueError.malformed) { try float(Self.point(1e39)) }
    }

    @Test("what is no point (x, 0) is an error")
    func malformed() {
        var wrong = [
            [], Array("0.1".utf8), Array(Self.point(1).dropLast()), Self.point(1) + [0], Self.point(1, y: 1),
            Self.point(.nan), Self.point(.infinity), Self.point(-.infinity),
        ]
        // Another SRID, byte order or type.
        for index in 0..<9 {
            var bytes = Self.point(1)
            bytes[index] ^= 2
            wrong.append(bytes)
        }
        for cell in wrong {
            #expect(throws: ColumnValueError.malformed, "\(cell)") { try double(cell) }
        }
    }
}
