import MySQLProtocol
import Testing

@Suite("HandshakeResponse")
struct HandshakeResponseTests {
    private let capabilities: Capabilities = [
        .protocol41, .secureConnection, .pluginAuthentication, .pluginAuthenticationLengthEncoded,
        .connectWithDatabase, .connectAttributes,
    ]

    @Test("fields lie where the manual puts them")
    func layout() {
        let response = HandshakeResponse(
            capabilities: capabilities,
            user: "leat",
            authentication: [0xAA, 0xBB],
            authenticationPlugin: "p",
            database: "shop",
            attributes: [(name: "a", value: "bc")]
        )
        let expected =
            hexBytes("08823800 00000040 2d") + [UInt8](repeating: 0, count: 23) + Array("leat\0".utf8) + [
                2, 0xAA, 0xBB,
            ]
            + Array("shop\0p\0".utf8) + [5, 1] + Array("a".utf8) + [2] + Array("bc".utf8)
        #expect(response.encoded() == expected)
    }

    @Test("without their flags, database, plugin and attributes are left out")
    func leftOut() {
        let response = HandshakeResponse(
            capabilities: [.protocol41, .secureConnection],
            user: "u",
            authentication: [1],
            authenticationPlugin: "p",
            database: "d",
            attributes: [(name: "a", value: "b")]
        )
        #expect(Array(response.encoded().dropFirst(32)) == Array("u\0".utf8) + [1, 1])
    }

    @Test("the request for TLS is the response's first 32 bytes")
    func tlsRequest() {
        let response = HandshakeResponse(
            capabilities: capabilities.union(.tls),
            user: "u",
            authentication: [],
            authenticationPlugin: "p"
        )
        let request = HandshakeResponse.tlsRequest(capabilities.union(.tls))
        #expect(request.count == 32)
        #expect(request == Array(response.encoded().prefix(32)))
    }
}
