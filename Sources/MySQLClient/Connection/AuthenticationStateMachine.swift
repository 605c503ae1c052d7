import MySQLProtocol

/// Proves to the server that we know the password. No sockets: packets in, one action out.
///
/// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase.html
struct AuthenticationStateMachine {
    enum Action: Equatable {
        case send([UInt8])
        /// Encrypt the password with this key and send that.
        case sendEncryptedPassword(publicKey: [UInt8], nonce: [UInt8])
        case wait
        case succeed
        case fail(MySQLError)
    }

    enum Plugin: String {
        case cachingSHA2 = "caching_sha2_password"
        case native = "mysql_native_password"
        /// The forerunner of `cachingSHA2`, also what a server asks of users that do not exist.
        case sha256 = "sha256_password"
    }

    private enum State {
        /// Our first proof is out.
        case proving(Plugin)
        /// The server's public key was asked for.
        case awaitingKey
        /// The password itself is out; only yes or no can follow.
        case awaitingVerdict
        case done
    }

    private let login: Login
    /// Whether the password may travel as it is.
    private let isPrivate: Bool
    private var nonce: [UInt8]
    private var hasSwitched = false
    private var state: State

    /// - Parameter isPrivate: the connection is encrypted or never leaves the machine.
    init(login: Login, handshake: Handshake, isPrivate: Bool) {
        self.login = login
        self.isPrivate = isPrivate
        nonce = handshake.nonce
        // A server that wants something else will say so by a switch.
        let offered = Plugin(rawValue: handshake.authenticationPlugin) ?? .native
        state = .proving(offered == .sha256 ? .native : offered)
    }

    /// The plugin and the proof for the handshake response.
    func firstProof() -> (plugin: String, proof: [UInt8]) {
        guard case .proving(let plugin) = state else { return ("", []) }
        return (plugin.rawValue, proof(for: plugin))
    }

    private func proof(for plugin: Plugin) -> [UInt8] {
        switch plugin {
        case .sha256 where isPrivate || login.password.isEmpty: Array(login.password.utf8) + [0]
        case .sha256: [1]
        case .cachingSHA2: PasswordScramble.cachingSHA2(password: login.password, nonce: nonce)
        case .native: PasswordScramble.native(password: login.password, nonce: nonce)
        }
    }

    mutating func received(_ payload: UnsafeRawBufferPointer) throws(PacketError) -> Action {
        guard let kind = payload.first else { throw .truncated }
        switch kind {
        case OKPacket.kind:
            _ = try OKPacket(decoding: payload)
            state = .done
            return .succeed
        case ErrorPacket.kind:
            state = .done
            return .fail(refusal(try ErrorPacket(decoding: payload)))
        case AuthenticationSwitch.kind:
            return switchPlugin(try AuthenticationSwitch(decoding: payload))
        case 0x01:
            return receivedMore(UnsafeRawBufferPointer(rebasing: payload.dropFirst()))
        default:
            throw .unexpectedKind(kind)
        }
    }

    private mutating func switchPlugin(_ request: AuthenticationSwitch) -> Action {
        guard !hasSwitched else {
            return fail(MySQLError(.protocolViolation, "the server changed the way to log in twice"))
        }
        hasSwitched = true
        guard let plugin = Plugin(rawValue: request.plugin) else {
            return fail(
                MySQLError(
                    .authentication,
                    "user '\(login.user)' logs in by '\(request.plugin)' on \(login.address), which is not supported",
                    remedy:
                        "give the user caching_sha2_password (ALTER USER … IDENTIFIED WITH caching_sha2_password BY …)",
                    isTransient: false
                )
            )
        }
        nonce = request.nonce
        state = plugin == .sha256 && !isPrivate && !login.password.isEmpty ? .awaitingKey : .proving(plugin)
        return .send(proof(for: plugin))
    }

    private mutating func receivedMore(_ data: UnsafeRawBufferPointer) -> Action {
        switch state {
        case .proving(.cachingSHA2):
            switch (data.count, data.first) {
            case (1, 3):
                // The server had the digest in its cache and it matched; OK follows.
                state = .awaitingVerdict
                return .wait
            case (1, 4):
                guard !isPrivate else {
                    state = .awaitingVerdict
                    return .send(Array(login.password.utf8) + [0])
                }
                state = .awaitingKey
                return .send([2])
            default:
                break
            }
        case .awaitingKey:
            state = .awaitingVerdict
            return .sendEncryptedPassword(publicKey: Array(data), nonce: nonce)
        case .proving(.native), .proving(.sha256), .awaitingVerdict, .done:
            break
        }
        return fail(MySQLError(.protocolViolation, "the server sent data that the way to log in does not have"))
    }

    private mutating func fail(_ error: MySQLError) -> Action {
        state = .done
        return .fail(error)
    }

    /// An error packet of the connection phase: not let in, unless it concerns the server's own condition.
    private func refusal(_ packet: ErrorPacket) -> MySQLError {
        var error = MySQLError(packet)
        guard !error.isTransient else { return error }
        switch packet.number {
        case 1820, 1862:
            error.code = .authentication
            error.remedy = "give the user a new password (ALTER USER … IDENTIFIED BY …)"
        case 3118, 4151:
            error.code = .authentication
            error.remedy = "let the user in again (ALTER USER … ACCOUNT UNLOCK)"
        case 1044, 1045, 1698, 3955:
            error.code = .authentication
            error.remedy =
                isPrivate
                ? "check user and password, and from which hosts this user may connect"
                : "check user and password, from which hosts this user may connect, and whether only with TLS"
        case 1129, 1130:
            error.code = .authentication
            error.remedy = "let this machine connect (CREATE USER …@host; FLUSH HOSTS if it is blocked)"
        case 1251, 2059:
            error.code = .authentication
        case 3159:
            error.code = .tls
            error.remedy = "the server takes encrypted connections only: use tls: required"
        default:
            break
        }
        return error
    }
}
