import MySQLClient
import Testing

@Suite("Logging in to a real MySQL", .sharesServers)
struct MySQLLogInTests {
    /// Runs `body` with a user of its own.
    private func withUser(
        _ name: String,
        identified: String = "BY 'pw ö'",
        _ body: (MySQLEndpoint, MySQLConnection) async throws -> Void
    ) async throws {
        let primary = try await TestPlatform.shared.servers().primary
        let root = try await MySQLConnection.connect(to: primary)
        try await root.execute("DROP USER IF EXISTS '\(name)'@'%'")
        try await root.execute("CREATE USER '\(name)'@'%' IDENTIFIED \(identified)")
        var endpoint = primary
        endpoint.user = name
        endpoint.password = "pw ö"
        try await body(endpoint, root)
        try await root.execute("DROP USER '\(name)'@'%'")
        await root.close()
    }

    private func cipher(of connection: MySQLConnection) async throws -> String {
        let result = try await connection.query("SHOW SESSION STATUS LIKE 'Ssl_cipher'")
        return result.values(of: "Value").first.flatMap { $0 } ?? ""
    }

    @Test("caching_sha2_password without TLS: by the server's key, then by its cache")
    func withoutTLS() async throws {
        try await withUser("login_rsa") { endpoint, _ in
            var endpoint = endpoint
            endpoint.tls = .disabled
            // The first time the server knows no digest yet and asks for the password itself.
            for _ in 0..<2 {
                let connection = try await MySQLConnection.connect(to: endpoint)
                #expect(try await connection.query("SELECT CURRENT_USER()").scalar == "login_rsa@%")
                #expect(try await cipher(of: connection) == "")
                await connection.close()
            }
        }
    }

    @Test("caching_sha2_password over TLS", arguments: [TLSMode.preferred, .required])
    func overTLS(mode: TLSMode) async throws {
        try await withUser("login_tls_\(mode.rawValue)", identified: "BY 'pw ö' REQUIRE SSL") { endpoint, _ in
            var endpoint = endpoint
            endpoint.tls = mode
            for _ in 0..<2 {
                let connection = try await MySQLConnection.connect(to: endpoint)
                #expect(try await cipher(of: connection).hasPrefix("TLS_"))
                await connection.close()
            }
            endpoint.tls = .disabled
            await expectError(.authentication, errno: 1045) { try await MySQLConnection.connect(to: endpoint) }
        }
    }

    @Test("the server's own authority is trusted when named; its certificate is for no host")
    func verification() async throws {
        try await withUser("login_verified") { endpoint, root in
            let folder = try await root.query("SELECT @@datadir").scalar ?? ""
            var endpoint = endpoint
            for mode in [TLSMode.verifyCA, .verifyFull] {
                endpoint.tls = mode
                endpoint.trustedCertificatesFile = nil
                await expectError(.tls) { try await MySQLConnection.connect(to: endpoint) }
            }
            endpoint.trustedCertificatesFile = folder + "ca.pem"
            await expectError(.tls) { try await MySQLConnection.connect(to: endpoint) }
            endpoint.tls = .verifyCA
            let connection = try await MySQLConnection.connect(to: endpoint)
            #expect(try await cipher(of: connection).hasPrefix("TLS_"))
            await connection.close()
        }
    }

    @Test("over the Unix socket, the password needs no key")
    func unixSocket() async throws {
        try await withUser("login_socket") { endpoint, root in
            var endpoint = endpoint
            endpoint.unixSocketPath = try await root.query("SELECT @@socket").scalar
            let connection = try await MySQLConnection.connect(to: endpoint)
            #expect(try await connection.query("SELECT 1").scalar == "1")
            await connection.close()
        }
    }

    @Test("an empty password")
    func emptyPassword() async throws {
        try await withUser("login_empty", identified: "BY ''") { endpoint, _ in
            var endpoint = endpoint
            endpoint.password = ""
            for mode in [TLSMode.disabled, .required] {
                endpoint.tls = mode
                await (try MySQLConnection.connect(to: endpoint)).close()
            }
        }
    }

    @Test("wrong passwords, unknown users and locked ones are distinguished from a missing database")
    func refusals() async throws {
        try await withUser("login_refused") { endpoint, root in
            for mode in [TLSMode.disabled, .preferred] {
                var wrong = endpoint
                wrong.tls = mode
                wrong.password = "wrong"
                await expectError(.authentication, errno: 1045) { try await MySQLConnection.connect(to: wrong) }
                wrong.user = "nobody_at_all"
                await expectError(.authentication, errno: 1045) { try await MySQLConnection.connect(to: wrong) }
            }
            var missing = root.endpoint
            missing.database = "no_such_database"
            await expectError(.server, errno: 1049) { try await MySQLConnection.connect(to: missing) }
            try await root.execute("ALTER USER 'login_refused'@'%' ACCOUNT LOCK")
            await expectError(.authentication, errno: 3118) { try await MySQLConnection.connect(to: endpoint) }
        }
    }
}

/// Expects a ``MySQLError`` of this kind, and of this number where one is given.
func expectError<T>(
    _ code: MySQLError.Code,
    errno: UInt16? = nil,
    isTransient: Bool? = nil,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> T
) async {
    do {
        _ = try await body()
        Issue.record("no error", sourceLocation: sourceLocation)
    } catch let error as MySQLError {
        #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
        if let errno { #expect(error.server?.errno == errno, "\(error)", sourceLocation: sourceLocation) }
        if let isTransient { #expect(error.isTransient == isTransient, "\(error)", sourceLocation: sourceLocation) }
    } catch {
        Issue.record("another error: \(error)", sourceLocation: sourceLocation)
    }
}
