import LeatConfig
import Testing

@Suite("Hosts and ports")
struct HostAddressTests {
    @Test(
        "are read",
        arguments: [
            ("127.0.0.1:3306", "127.0.0.1", 3306), ("db.example.com", "db.example.com", 3306), ("[::1]:80", "::1", 80),
            ("[fe80::1%eth0]", "fe80::1%eth0", 3306), ("localhost:65535", "localhost", 65_535),
        ]
    )
    func reads(text: String, host: String, port: Int) {
        #expect(HostAddress(parsing: text, defaultPort: 3306) == HostAddress(host: host, port: port))
    }

    @Test(
        "that are none are refused",
        arguments: ["", ":1", "h:", "h:0", "h:65536", "h:1:2", "h:x", "[::1", "[::1]x", "[h]:1", "a b", "h:-1", "h:٣"]
    )
    func refuses(text: String) {
        #expect(HostAddress(parsing: text, defaultPort: 3306) == nil)
    }

    @Test("know whether only this machine can reach them")
    func loopback() {
        #expect(HostAddress(host: "127.0.0.1", port: 1).isLoopback)
        #expect(HostAddress(host: "::1", port: 1).isLoopback)
        #expect(!HostAddress(host: "0.0.0.0", port: 1).isLoopback)
    }
}
