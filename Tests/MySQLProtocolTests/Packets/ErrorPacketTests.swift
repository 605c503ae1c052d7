import MySQLProtocol
import Testing

@Suite("ErrorPacket")
struct ErrorPacketTests {
    @Test("number, SQLSTATE and text")
    func fields() throws {
        let error = try decodePacket(GoldenPackets.unknownColumn, ErrorPacket.init(decoding:))
        #expect(error == ErrorPacket(number: 1054, sqlState: "42S22", message: "Unknown column 'id' in 'field list'"))
    }

    @Test("before the handshake there is no SQLSTATE")
    func early() throws {
        let error = try decodePacket(
            hexBytes("ff 1004") + Array("Too many connections".utf8),
            ErrorPacket.init(decoding:)
        )
        #expect(error == ErrorPacket(number: 1040, sqlState: "", message: "Too many connections"))
    }

    @Test("an empty text and a text that only begins like a SQLSTATE")
    func odd() throws {
        #expect(try decodePacket(hexBytes("ff 1004"), ErrorPacket.init(decoding:)).message == "")
        #expect(try decodePacket(hexBytes("ff 1004") + Array("#4".utf8), ErrorPacket.init(decoding:)).message == "#4")
    }

    @Test("cut packets and other kinds are errors")
    func malformed() {
        #expect(throws: PacketError.truncated) { try decodePacket([0xFF, 0x10], ErrorPacket.init(decoding:)) }
        #expect(throws: PacketError.unexpectedKind(0)) {
            try decodePacket(GoldenPackets.ok, ErrorPacket.init(decoding:))
        }
    }
}
