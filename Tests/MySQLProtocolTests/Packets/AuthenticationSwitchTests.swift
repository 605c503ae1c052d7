import MySQLProtocol
import Testing

@Suite("AuthenticationSwitch")
struct AuthenticationSwitchTests {
    @Test("plugin and nonce, without the closing zero byte")
    func fields() throws {
        let packet = try decodePacket(GoldenPackets.switchToSHA256, AuthenticationSwitch.init(decoding:))
        #expect(packet.plugin == "sha256_password")
        #expect(packet.nonce == hexBytes("54456a7635461f145b71136c5d4d05252c0d0b10"))
    }

    @Test("one byte alone names the oldest scheme")
    func old() throws {
        let packet = try decodePacket([0xFE], AuthenticationSwitch.init(decoding:))
        #expect(packet == AuthenticationSwitch(plugin: "mysql_old_password", nonce: []))
    }

    @Test("a name without an end is an error")
    func truncated() {
        #expect(throws: PacketError.truncated) {
            try decodePacket([0xFE, 65, 66], AuthenticationSwitch.init(decoding:))
        }
    }
}
