import _CryptoExtras

/// The password for `caching_sha2_password` where the connection is not encrypted: mixed with the nonce, then encrypted
/// with the server's public RSA key (OAEP with SHA-1).
///
/// https://dev.mysql.com/doc/dev/mysql-server/latest/page_caching_sha2_authentication_exchanges.html
enum PasswordEncryption {
    /// - Parameter publicKey: PEM, as the server sends it.
    /// - Throws: ``MySQLError`` where the key cannot be read or is too small for the password.
    static func encrypt(password: String, nonce: [UInt8], publicKey: [UInt8]) throws(MySQLError) -> [UInt8] {
        guard !nonce.isEmpty else {
            throw MySQLError(.protocolViolation, "the server sent no nonce to encrypt the password with")
        }
        let clear = (Array(password.utf8) + [0]).enumerated().map { $1 ^ nonce[$0 % nonce.count] }
        let key: _RSA.Encryption.PublicKey
        do {
            key = try _RSA.Encryption.PublicKey(pemRepresentation: String(decoding: publicKey, as: UTF8.self))
        } catch {
            throw MySQLError(
                .authentication,
                "the server's public key for password encryption cannot be read",
                remedy: "connect with TLS, where no such key is needed"
            )
        }
        do {
            return Array(try key.encrypt(clear, padding: .PKCS1_OAEP))
        } catch {
            throw MySQLError(
                .authentication,
                "the password is too long for the server's public key",
                remedy: "connect with TLS, where no such key is needed"
            )
        }
    }
}
