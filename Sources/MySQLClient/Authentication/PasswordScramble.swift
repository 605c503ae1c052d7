import Crypto

/// How a password is proven without being sent. Pure functions of the password and the server's nonce.
enum PasswordScramble {
    /// `caching_sha2_password`: SHA256(password) ⊕ SHA256(SHA256(SHA256(password)) ‖ nonce); empty for an empty one.
    ///
    /// https://dev.mysql.com/doc/dev/mysql-server/latest/page_caching_sha2_authentication_exchanges.html
    static func cachingSHA2(password: String, nonce: [UInt8]) -> [UInt8] {
        guard !password.isEmpty else { return [] }
        let once = Array(SHA256.hash(data: Array(password.utf8)))
        let twice = Array(SHA256.hash(data: once))
        return xor(once, Array(SHA256.hash(data: twice + nonce)))
    }

    /// `mysql_native_password`: SHA1(password) ⊕ SHA1(nonce ‖ SHA1(SHA1(password))); empty for an empty one.
    ///
    /// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_authentication_methods_native_password_authentication.html
    static func native(password: String, nonce: [UInt8]) -> [UInt8] {
        guard !password.isEmpty else { return [] }
        let once = sha1(Array(password.utf8))
        return xor(once, sha1(nonce + sha1(once)))
    }

    static func sha1(_ bytes: [UInt8]) -> [UInt8] { Array(Insecure.SHA1.hash(data: bytes)) }

    private static func xor(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
        zip(left, right).map { $0 ^ $1 }
    }
}
