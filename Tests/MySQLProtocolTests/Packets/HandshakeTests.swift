import MySQLProtocol
import Testing

@Suite("Handshake")
struct HandshakeTests {
    @Test("MySQL's greeting")
    func mysql() throws {
        let handshake = try decodePacket(GoldenPackets.mysqlHandshake, Handshake.init(decoding:))
        #expect(handshake.serverVersion == "9.7.4-2")
        #expect(!handshake.isMariaDB)
        #expect(handshake.threadID == 0xC2)
        #expect(handshake.authenticationPlugin == "caching_sha2_password")
        #expect(handshake.nonce == hexBytes("700c69034458363f48641d504d01436b012f2854"))
        #expect(handshake.capabilities.isSuperset(of: .required))
        #expect(handshake.capabilities.isSuperset(of: [.tls, .deprecateEOF, .localFiles]))
        #expect(handshake.status == .autocommit)
        #expect(handshake.collation == 255)
    }

    @Test("MariaDB's greeting, without its disguise")
    func mariaDB() throws {
        let handshake = try decodePacket(GoldenPackets.mariaDBHandshake, Handshake.init(decoding:))
        #expect(handshake.serverVersion == "10.11.19-MariaDB-0+deb12u1")
        #expect(handshake.isMariaDB)
        #expect(handshake.authenticationPlugin == "mysql_native_password")
        #expect(handshake.nonce.count == 20)
        #expect(!handshake.capabilities.contains(.tls))
    }

    @Test("another protocol is refused by its number")
    func protocol9() {
        #expect(throws: PacketError.unsupportedProtocol(version: 9)) {
            try decodePacket([9] + GoldenPackets.mysqlHandshake.dropFirst(), Handshake.init(decoding:))
        }
    }

    @Test("a greeting cut anywhere before the plugin's name is an error or lacks what is required")
    func truncated() {
        let whole = GoldenPackets.mysqlHandshake
        let nameStart = whole.count - "caching_sha2_password".utf8.count - 1
        for length in 0..<nameStart {
            let cut = try? decodePacket(Array(whole.prefix(length)), Handshake.init(decoding:))
            #expect(cut == nil || cut?.capabilities.isSuperset(of: .required) == false, "cut at \(length)")
        }
    }

    @Test("a plugin's name without its closing zero byte is taken")
    func unterminatedPlugin() throws {
        let handshake = try decodePacket(Array(GoldenPackets.mysqlHandshake.dropLast()), Handshake.init(decoding:))
        #expect(handshake.authenticationPlugin == "caching_sha2_password")
    }
}
