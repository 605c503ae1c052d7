import Testing

@testable import MySQLClient

@Suite("Password proofs")
struct PasswordScrambleTests {
    /// What `mysql` 9.7.4 answered to the greeting with this nonce, as user `fast` with this password.
    @Test("caching_sha2_password as MySQL's own client computes it")
    func cachingSHA2() {
        let proof = PasswordScramble.cachingSHA2(
            password: "pw-fast",
            nonce: ServerBytes.hex("700c69034458363f48641d504d01436b012f2854")
        )
        #expect(proof == ServerBytes.hex("443ddde9761ae7b1152f04dfd19bc8eab6c773ccc6879fb4a17a99fb300212c1"))
    }

    /// The server keeps SHA1(SHA1(password)) and checks: SHA1(proof ⊕ SHA1(nonce ‖ kept)) = kept. The example is that
    /// of
    /// `SELECT PASSWORD('mypass')`: *6C8989366EAF75BB670AD8EA7A7FC1176A95CEF4.
    @Test("mysql_native_password is what the server's check wants")
    func native() {
        let nonce = [UInt8](1...20)
        let kept = ServerBytes.hex("6C8989366EAF75BB670AD8EA7A7FC1176A95CEF4")
        let proof = PasswordScramble.native(password: "mypass", nonce: nonce)
        #expect(proof.count == 20)
        // Without its mask the proof is SHA1(password), whose own SHA1 the server keeps.
        let once = zip(proof, PasswordScramble.sha1(nonce + kept)).map { $0 ^ $1 }
        #expect(PasswordScramble.sha1(once) == kept)
    }

    @Test("an empty password has an empty proof")
    func empty() {
        #expect(PasswordScramble.cachingSHA2(password: "", nonce: [1]).isEmpty)
        #expect(PasswordScramble.native(password: "", nonce: [1]).isEmpty)
    }

    @Test("a password is encrypted with the server's key, differently each time")
    func encryption() throws {
        let nonce = [UInt8](1...20)
        let key = Array(ServerBytes.publicKey.dropFirst())
        let one = try PasswordEncryption.encrypt(password: "secret", nonce: nonce, publicKey: key)
        let two = try PasswordEncryption.encrypt(password: "secret", nonce: nonce, publicKey: key)
        #expect(one.count == 256)
        #expect(one != two)
    }

    @Test("what is no key, a password too long for it, and no nonce are errors without the password in them")
    func encryptionErrors() {
        let nonce = [UInt8](1...20)
        let key = Array(ServerBytes.publicKey.dropFirst())
        let long = String(repeating: "x", count: 300)
        for (password, nonce, key) in [
            ("secret", nonce, Array("no key".utf8)), (long, nonce, key), ("secret", [], key),
        ] {
            do {
                _ = try PasswordEncryption.encrypt(password: password, nonce: nonce, publicKey: key)
                Issue.record("no error")
            } catch {
                #expect(!"\(error) \(error.remedy ?? "")".contains(password))
            }
        }
    }
}
