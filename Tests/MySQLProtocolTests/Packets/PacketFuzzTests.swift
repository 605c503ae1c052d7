import MySQLProtocol
import Testing

@Suite("Packet decoders take any bytes")
struct PacketFuzzTests {
    static let golden = [
        GoldenPackets.mysqlHandshake, GoldenPackets.mariaDBHandshake, GoldenPackets.okWithInfo,
        GoldenPackets.okAfterInsert, GoldenPackets.rowsEnd, GoldenPackets.unknownColumn, GoldenPackets.accessDenied,
        GoldenPackets.switchToSHA256, GoldenPackets.columnID, GoldenPackets.columnDecimal, [0xFE],
    ]

    @Test("changed, cut and made-up packets are values or errors, never a crash")
    func fuzz() {
        var random = PacketTestRandom(seed: 1)
        var accepted = 0
        for _ in 0..<20_000 {
            var bytes =
                Bool.random(using: &random)
                ? PacketFuzzTests.golden.randomElement(using: &random) ?? []
                : random.bytes(Int.random(in: 0...64, using: &random))
            for _ in 0..<Int.random(in: 0...3, using: &random) where !bytes.isEmpty {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if Int.random(in: 0..<4, using: &random) == 0 {
                bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
            }
            if (try? decodePacket(bytes, Handshake.init(decoding:))) != nil { accepted += 1 }
            if (try? decodePacket(bytes, { (raw) throws(PacketError) in try OKPacket(decoding: raw) })) != nil {
                accepted += 1
            }
            if (try? decodePacket(bytes, ErrorPacket.init(decoding:))) != nil { accepted += 1 }
            if (try? decodePacket(bytes, EOFPacket.init(decoding:))) != nil { accepted += 1 }
            if (try? decodePacket(bytes, AuthenticationSwitch.init(decoding:))) != nil { accepted += 1 }
            if (try? decodePacket(bytes, ColumnDefinition41.init(decoding:))) != nil { accepted += 1 }
        }
        // Otherwise nothing but first bytes was tested.
        #expect(accepted > 5_000)
    }
}
