import Testing

@testable import MySQLClient

@Suite("MySQLEndpoint")
struct MySQLEndpointTests {
    @Test("no way of printing it shows the password")
    func password() {
        let endpoint = MySQLEndpoint(host: "db", port: 3307, user: "leat", password: "s3cret")
        var dumped = ""
        dump(endpoint, to: &dumped)
        for text in [
            "\(endpoint)", String(reflecting: endpoint), dumped, "\([endpoint])", "\(Optional(endpoint) as Any)",
        ] {
            #expect(!text.contains("s3cret"))
            #expect(text.contains("leat"))
        }
        #expect("\(endpoint)" == "leat@db:3307")
    }

    @Test("addresses")
    func address() {
        #expect(MySQLEndpoint(host: "::1", user: "u", password: "").address == "[::1]:3306")
        #expect(
            MySQLEndpoint(host: "x", user: "u", password: "", unixSocketPath: "/run/m.sock").address == "/run/m.sock"
        )
    }

    @Test("TLS modes are called as in the configuration", arguments: TLSMode.allCases)
    func tlsModes(mode: TLSMode) {
        #expect(["disabled", "preferred", "required", "verify-ca", "verify-full"].contains(mode.rawValue))
    }

    @Test("a file of certificates that is none is found before connecting")
    func certificates() async {
        let endpoint = MySQLEndpoint(
            host: "127.0.0.1",
            port: 1,
            user: "u",
            password: "",
            tls: .verifyCA,
            trustedCertificatesFile: "/nowhere.pem"
        )
        await #expect { try await MySQLConnection.connect(to: endpoint) } throws: { error in
            (error as? MySQLError)?.code == .tls && "\(error)".contains("/nowhere.pem")
        }
    }

    @Test("a port where nobody listens")
    func refused() async {
        let endpoint = MySQLEndpoint(host: "127.0.0.1", port: 1, user: "u", password: "")
        await #expect { try await MySQLConnection.connect(to: endpoint) } throws: { error in
            (error as? MySQLError)?.code == .connectionFailed && (error as? MySQLError)?.isTransient == true
                && "\(error)" == "cannot connect to 127.0.0.1:1: Connection refused"
        }
    }
}
