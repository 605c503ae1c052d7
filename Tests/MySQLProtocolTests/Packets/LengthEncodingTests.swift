import ColumnarBytes
import Testing

@testable import MySQLProtocol

@Suite("LengthEncoding")
struct LengthEncodingTests {
    @Test(
        "integers take the shortest form and come back",
        arguments: [
            (0, 1), (250, 1), (251, 3), (255, 3), (65_535, 3), (65_536, 4), (16_777_215, 4), (16_777_216, 9),
            (UInt64.max, 9),
        ] as [(UInt64, Int)]
    )
    func integers(value: UInt64, length: Int) throws {
        var encoded: [UInt8] = []
        LengthEncoding.append(value, to: &encoded)
        #expect(encoded.count == length)
        let decoded = try decodePacket(encoded) { (raw) throws(PacketError) in
            var cursor = ByteCursor(raw)
            let value = try LengthEncoding.readInteger(from: &cursor)
            try cursor.packetEnd()
            return value
        }
        #expect(decoded == value)
    }

    @Test("the markers of NULL and of errors are no lengths", arguments: [0xFB, 0xFF] as [UInt8])
    func markers(marker: UInt8) {
        #expect(throws: PacketError.malformed("a length-encoded integer starts with 0xFB or 0xFF")) {
            try readInteger([marker, 0, 0])
        }
    }

    @Test(
        "an integer that ends early is an error",
        arguments: [[], [0xFC, 1], [0xFD, 1, 2], [0xFE, 1, 2, 3, 4, 5, 6, 7]] as [[UInt8]]
    )
    func truncatedInteger(bytes: [UInt8]) {
        #expect(throws: PacketError.truncated) { try readInteger(bytes) }
    }

    @Test("a string longer than the packet is an error, also beyond Int.max")
    func truncatedString() {
        for bytes: [UInt8] in [[3, 65, 66], [0xFE] + [UInt8](repeating: 0xFF, count: 8) + [65]] {
            #expect(throws: PacketError.truncated) {
                try decodePacket(bytes) { (raw) throws(PacketError) in
                    var cursor = ByteCursor(raw)
                    return try LengthEncoding.readBytes(from: &cursor).count
                }
            }
        }
    }

    private func readInteger(_ bytes: [UInt8]) throws(PacketError) -> UInt64 {
        try decodePacket(bytes) { (raw) throws(PacketError) in
            var cursor = ByteCursor(raw)
            return try LengthEncoding.readInteger(from: &cursor)
        }
    }
}
