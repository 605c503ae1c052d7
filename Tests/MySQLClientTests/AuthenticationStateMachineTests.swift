import MySQLProtocol
import Testing

@testable import MySQLClient

@Suite("AuthenticationStateMachine")
struct AuthenticationStateMachineTests {
    private func machine(
        plugin: String = "caching_sha2_password",
        password: String = "secret",
        isPrivate: Bool = false
    ) -> AuthenticationStateMachine {
        let handshake = Handshake(
            serverVersion: "9",
            threadID: 1,
            capabilities: .required,
            authenticationPlugin: plugin,
            nonce: Self.nonce
        )
        return AuthenticationStateMachine(
            login: .testing(password: password),
            handshake: handshake,
            isPrivate: isPrivate
        )
    }

    private static let nonce = [UInt8](1...20)
    private static let otherNonce = [UInt8](101...120)

    private func receive(_ bytes: [UInt8], _ machine: inout AuthenticationStateMachine) throws
        -> AuthenticationStateMachine.Action
    {
        try bytes.withUnsafeBytes { try machine.received($0) }
    }

    @Test("the server had the digest cached")
    func fast() throws {
        var machine = machine()
        #expect(machine.firstProof().plugin == "caching_sha2_password")
        #expect(machine.firstProof().proof == PasswordScramble.cachingSHA2(password: "secret", nonce: Self.nonce))
        #expect(try receive([1, 3], &machine) == .wait)
        #expect(try receive(ServerBytes.ok, &machine) == .succeed)
    }

    @Test("where nobody listens, the password goes as it is")
    func fullInPrivate() throws {
        var machine = machine(isPrivate: true)
        #expect(try receive([1, 4], &machine) == .send(Array("secret\0".utf8)))
        #expect(try receive(ServerBytes.ok, &machine) == .succeed)
    }

    @Test("where somebody may listen, the key is asked for")
    func fullInPublic() throws {
        var machine = machine()
        #expect(try receive([1, 4], &machine) == .send([2]))
        #expect(
            try receive([1, 65, 66], &machine) == .sendEncryptedPassword(publicKey: [65, 66], nonce: Self.nonce)
        )
        #expect(try receive(ServerBytes.ok, &machine) == .succeed)
    }

    @Test("native passwords, by greeting and by switch")
    func native() throws {
        let direct = machine(plugin: "mysql_native_password")
        #expect(direct.firstProof().proof == PasswordScramble.native(password: "secret", nonce: Self.nonce))
        var switched = machine()
        let request = [0xFE] + Array("mysql_native_password\0".utf8) + Self.otherNonce + [0]
        #expect(
            try receive(request, &switched)
                == .send(PasswordScramble.native(password: "secret", nonce: Self.otherNonce))
        )
        #expect(try receive(ServerBytes.ok, &switched) == .succeed)
    }

    @Test("a switch to caching_sha2_password goes through the full exchange with the new nonce")
    func switchToCachingSHA2() throws {
        var machine = machine(plugin: "mysql_native_password")
        let request = [0xFE] + Array("caching_sha2_password\0".utf8) + Self.otherNonce + [0]
        #expect(
            try receive(request, &machine)
                == .send(PasswordScramble.cachingSHA2(password: "secret", nonce: Self.otherNonce))
        )
        #expect(try receive([1, 4], &machine) == .send([2]))
        #expect(try receive([1, 9], &machine) == .sendEncryptedPassword(publicKey: [9], nonce: Self.otherNonce))
    }

    @Test("sha256_password: in the clear where nobody listens, by key elsewhere")
    func sha256() throws {
        var inPrivate = machine(isPrivate: true)
        #expect(try receive(ServerBytes.switchToSHA256, &inPrivate) == .send(Array("secret\0".utf8)))
        var inPublic = machine()
        #expect(try receive(ServerBytes.switchToSHA256, &inPublic) == .send([1]))
        let nonce = ServerBytes.hex("54456a7635461f145b71136c5d4d05252c0d0b10")
        #expect(try receive([1, 7], &inPublic) == .sendEncryptedPassword(publicKey: [7], nonce: nonce))
        #expect(try receive(ServerBytes.accessDenied, &inPublic).failure?.code == .authentication)
    }

    @Test("an unknown greeting starts with a proof that the server will correct")
    func unknownGreeting() {
        #expect(machine(plugin: "something_new").firstProof().plugin == "mysql_native_password")
        #expect(machine(plugin: "sha256_password").firstProof().plugin == "mysql_native_password")
    }

    @Test("a scheme that is not spoken is named")
    func unsupported() throws {
        var machine = machine()
        let error = try receive([0xFE] + Array("client_ed25519\0".utf8) + Self.nonce, &machine).failure
        #expect(error?.code == .authentication)
        #expect(error?.message.contains("client_ed25519") == true)
        #expect(error?.isTransient == false)
    }

    @Test("a wrong password is the server's error with a remedy, and never in it")
    func denied() throws {
        var machine = machine()
        let error = try #require(try receive(ServerBytes.accessDenied, &machine).failure)
        #expect(error.code == .authentication)
        #expect(error.server?.errno == 1045)
        #expect(error.server?.sqlState == "28000")
        #expect(error.remedy != nil)
        #expect(!error.isTransient)
        #expect(!"\(error)".contains("secret"))
    }

    @Test(
        "expired passwords and locked users have remedies of their own",
        arguments: [("ff4607", "ALTER USER … IDENTIFIED"), ("ff2e0c", "ACCOUNT UNLOCK")]
    )
    func remedies(packet: String, remedy: String) throws {
        var machine = machine()
        let error = try #require(try receive(ServerBytes.hex(packet) + Array("#HY000no".utf8), &machine).failure)
        #expect(error.code == .authentication)
        #expect(error.remedy?.contains(remedy) == true)
    }

    @Test("too many connections is no matter of passwords, and passes")
    func busy() throws {
        var machine = machine()
        let packet = ServerBytes.hex("ff1004") + Array("#08004Too many connections".utf8)
        let error = try #require(try receive(packet, &machine).failure)
        #expect(error.code == .server)
        #expect(error.isTransient)
    }

    @Test("what does not belong here is refused")
    func violations() throws {
        var twice = machine()
        _ = try receive(ServerBytes.switchToSHA256, &twice)
        #expect(try receive(ServerBytes.switchToSHA256, &twice).failure?.code == .protocolViolation)
        var native = machine(plugin: "mysql_native_password")
        #expect(try receive([1, 4], &native).failure?.code == .protocolViolation)
        var odd = machine()
        #expect(try receive([1, 5], &odd).failure?.code == .protocolViolation)
        var unasked = machine(isPrivate: true)
        _ = try receive([1, 4], &unasked)
        #expect(try receive([1, 65], &unasked).failure?.code == .protocolViolation)
        var broken = machine()
        #expect(throws: PacketError.unexpectedKind(0x33)) { try receive([0x33], &broken) }
        #expect(throws: PacketError.truncated) { try receive([], &broken) }
    }
}

extension AuthenticationStateMachine.Action {
    fileprivate var failure: MySQLError? {
        if case .fail(let error) = self { error } else { nil }
    }
}
