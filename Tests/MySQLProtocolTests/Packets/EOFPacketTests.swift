import MySQLProtocol
import Testing

@Suite("EOFPacket")
struct EOFPacketTests {
    @Test("warnings and status")
    func fields() throws {
        let packet = try decodePacket(hexBytes("fe 0100 0200"), EOFPacket.init(decoding:))
        #expect(packet == EOFPacket(warnings: 1, status: .autocommit))
    }

    @Test("one byte ends a binlog dump")
    func short() throws {
        #expect(try decodePacket([0xFE], EOFPacket.init(decoding:)) == EOFPacket())
    }

    @Test("cut, long and other packets are errors")
    func malformed() {
        #expect(throws: PacketError.truncated) { try decodePacket([0xFE, 0, 0, 0], EOFPacket.init(decoding:)) }
        #expect(throws: PacketError.trailingBytes(count: 1)) {
            try decodePacket([0xFE, 0, 0, 0, 0, 0], EOFPacket.init(decoding:))
        }
        #expect(throws: PacketError.unexpectedKind(0)) { try decodePacket([0, 0], EOFPacket.init(decoding:)) }
    }
}
