import ColumnarBytes
import MySQLProtocol

/// What a connection may do next. No sockets, clocks or promises: events in, one action out.
///
/// Payloads of rows and binlog events do not come here: while `flow` says so, the handler gives them to the consumer.
struct ConnectionStateMachine: ~Copyable {
    enum Action: Equatable {
        case wait
        /// Send one payload, numbered on in the running exchange.
        case send([UInt8])
        /// Send the request, begin TLS, then call ``tlsStarted()``.
        case startTLS(request: [UInt8])
        /// Encrypt the password with this key and send that.
        case sendEncryptedPassword(publicKey: [UInt8], nonce: [UInt8])
        /// Logged in.
        case connected(Handshake)
        /// The command is about to give rows with these columns.
        case beginRows([ColumnDefinition41])
        /// The server wants the data of `LOAD DATA LOCAL`; send it, then call ``localDataEnded()``.
        case sendLocalData
        /// The command is done.
        case finish(OKPacket)
        /// The command failed; the connection can continue.
        case fail(MySQLError)
        /// Nothing more can be done with this connection.
        case close(MySQLError)
    }

    /// What the payloads of a running command are.
    enum Flow {
        case packets, rows, events
    }

    enum Kind: Equatable {
        case query(sendsLocalData: Bool)
        /// Answered by OK or an error.
        case simple
        case binlogDump
    }

    private enum State {
        case awaitingHandshake
        case startingTLS(Handshake)
        case authenticating(Handshake, AuthenticationStateMachine)
        case idle
        case command(Kind, Progress)
        case closed
    }

    private enum Progress {
        case awaitingAnswer
        case columns(missing: Int, [ColumnDefinition41])
        /// Without `deprecateEOF`: the packet between definitions and rows.
        case columnsEnd([ColumnDefinition41])
        case rows
        case localData(isSent: Bool)
        case events
    }

    /// More columns than a MySQL table or result can have.
    private static let columnsMax = 4096

    private let login: Login
    private var state = State.awaitingHandshake
    private var hasSentRows = false
    private(set) var capabilities: Capabilities = []
    private(set) var flow = Flow.packets

    init(login: Login) {
        self.login = login
    }

    /// Whether a command may begin.
    var isIdle: Bool {
        if case .idle = state { true } else { false }
    }

    /// Whether logging in is not over yet.
    var isConnecting: Bool {
        switch state {
        case .awaitingHandshake, .startingTLS, .authenticating: true
        case .idle, .command, .closed: false
        }
    }

    // MARK: Events

    /// A command was sent.
    mutating func commandSent(_ kind: Kind) {
        precondition(isIdle, "one command at a time")
        hasSentRows = false
        if kind == .binlogDump {
            state = .command(kind, .events)
            flow = .events
        } else {
            state = .command(kind, .awaitingAnswer)
        }
    }

    mutating func closed() {
        state = .closed
        flow = .packets
    }

    /// A payload that is no row and no event.
    mutating func received(_ payload: UnsafeRawBufferPointer) -> Action {
        do throws(PacketError) {
            switch state {
            case .awaitingHandshake:
                return try receivedHandshake(payload)
            case .startingTLS:
                return close(MySQLError(.protocolViolation, "unexpected data before the TLS handshake completed"))
            case .authenticating(let handshake, let authentication):
                return try receivedWhileAuthenticating(payload, handshake, authentication)
            case .idle:
                return try receivedUnasked(payload)
            case .command(let kind, let progress):
                return try receivedAnswer(payload, kind, progress)
            case .closed:
                return .wait
            }
        } catch {
            return close(MySQLError(.protocolViolation, "the server at \(login.address) sent a bad packet: \(error)"))
        }
    }

    /// A payload whose sequence number was not the expected one: only an error makes sense then, as a server that shuts
    /// down sends it.
    mutating func receivedOutOfOrder(_ payload: UnsafeRawBufferPointer) -> Action {
        if payload.first == ErrorPacket.kind, let packet = try? ErrorPacket(decoding: payload) {
            return close(MySQLError(packet))
        }
        return close(MySQLError(.protocolViolation, "the server at \(login.address) sent a packet out of order"))
    }

    /// TLS stands between us and the server from here on.
    mutating func tlsStarted() -> Action {
        guard case .startingTLS(let handshake) = state else {
            return close(MySQLError(.protocolViolation, "TLS began at the wrong time"))
        }
        return authenticate(handshake, isPrivate: true)
    }

    /// All data of `LOAD DATA LOCAL` was sent, and the empty packet that ends it.
    mutating func localDataEnded() {
        if case .command(let kind, .localData) = state { state = .command(kind, .localData(isSent: true)) }
    }

    // MARK: Connection phase

    private mutating func receivedHandshake(_ payload: UnsafeRawBufferPointer) throws(PacketError) -> Action {
        if payload.first == ErrorPacket.kind {
            let error = MySQLError(try ErrorPacket(decoding: payload), code: .connectionFailed)
            return close(error)
        }
        let handshake = try Handshake(decoding: payload)
        guard handshake.capabilities.isSuperset(of: .required), handshake.nonce.count >= 20 else {
            return close(
                MySQLError(
                    .unsupported,
                    "the server at \(login.address) (\(handshake.serverVersion)) is too old",
                    remedy: "MySQL 5.7 or later is needed"
                )
            )
        }
        capabilities = login.wantedCapabilities.intersection(handshake.capabilities)
        if login.allowsLocalData && !capabilities.contains(.localFiles) {
            return close(
                MySQLError(
                    .unsupported,
                    "the server at \(login.address) does not allow LOAD DATA LOCAL",
                    remedy: "SET GLOBAL local_infile = ON"
                )
            )
        }
        if capabilities.contains(.tls) {
            state = .startingTLS(handshake)
            return .startTLS(request: HandshakeResponse.tlsRequest(capabilities))
        }
        guard login.tls == .disabled || login.tls == .preferred else {
            return close(
                MySQLError(
                    .tls,
                    "the server at \(login.address) does not offer TLS, and \(login.tls.rawValue) is set",
                    remedy: "turn on TLS at the server, or set tls: preferred"
                )
            )
        }
        return authenticate(handshake, isPrivate: login.isLocalSocket)
    }

    private mutating func authenticate(_ handshake: Handshake, isPrivate: Bool) -> Action {
        let authentication = AuthenticationStateMachine(login: login, handshake: handshake, isPrivate: isPrivate)
        let (plugin, proof) = authentication.firstProof()
        let response = HandshakeResponse(
            capabilities: capabilities,
            user: login.user,
            authentication: proof,
            authenticationPlugin: plugin,
            database: login.database,
            attributes: Login.attributes
        )
        state = .authenticating(handshake, authentication)
        return .send(response.encoded())
    }

    private mutating func receivedWhileAuthenticating(
        _ payload: UnsafeRawBufferPointer,
        _ handshake: Handshake,
        _ authentication: AuthenticationStateMachine
    ) throws(PacketError) -> Action {
        var authentication = authentication
        let action = try authentication.received(payload)
        state = .authenticating(handshake, authentication)
        switch action {
        case .send(let bytes): return .send(bytes)
        case .sendEncryptedPassword(let key, let nonce): return .sendEncryptedPassword(publicKey: key, nonce: nonce)
        case .wait: return .wait
        case .succeed:
            state = .idle
            return .connected(handshake)
        case .fail(let error): return close(error)
        }
    }

    // MARK: Command phase

    /// An idle connection hears from the server only when it is about to be closed.
    private mutating func receivedUnasked(_ payload: UnsafeRawBufferPointer) throws(PacketError) -> Action {
        guard payload.first == ErrorPacket.kind else {
            return close(MySQLError(.protocolViolation, "\(login.address) sent an unsolicited packet"))
        }
        return close(MySQLError(try ErrorPacket(decoding: payload), code: .closed))
    }

    private mutating func receivedAnswer(
        _ payload: UnsafeRawBufferPointer,
        _ kind: Kind,
        _ progress: Progress
    ) throws(PacketError) -> Action {
        guard let first = payload.first else { throw .truncated }
        if first == ErrorPacket.kind {
            let error = MySQLError(try ErrorPacket(decoding: payload))
            // Data that is still on its way would be read as a command.
            if case .localData(isSent: false) = progress { return close(error) }
            return end(.fail(error))
        }
        switch progress {
        case .awaitingAnswer:
            return try receivedFirstAnswer(payload, first, kind)
        case .columns(let missing, var definitions):
            definitions.append(try ColumnDefinition41(decoding: payload))
            guard missing == 1 else {
                state = .command(kind, .columns(missing: missing - 1, definitions))
                return .wait
            }
            guard capabilities.contains(.deprecateEOF) else {
                state = .command(kind, .columnsEnd(definitions))
                return .wait
            }
            return beginRows(kind, definitions)
        case .columnsEnd(let definitions):
            _ = try EOFPacket(decoding: payload)
            return beginRows(kind, definitions)
        case .rows:
            return try receivedRowsEnd(payload, first, kind)
        case .localData(let isSent):
            guard isSent else { throw .unexpectedKind(first) }
            return finish(try OKPacket(decoding: payload), kind)
        case .events:
            // The dump is over: only when asked not to wait, or when the server was asked to stop it.
            _ = try EOFPacket(decoding: payload)
            return end(.finish(OKPacket()))
        }
    }

    private mutating func receivedFirstAnswer(
        _ payload: UnsafeRawBufferPointer,
        _ first: UInt8,
        _ kind: Kind
    ) throws(PacketError) -> Action {
        if first == OKPacket.kind { return finish(try OKPacket(decoding: payload), kind) }
        guard case .query(let sendsLocalData) = kind else { throw .unexpectedKind(first) }
        if first == 0xFB {
            guard sendsLocalData else {
                return close(
                    MySQLError(.protocolViolation, "the server at \(login.address) asked for a file unasked")
                )
            }
            state = .command(kind, .localData(isSent: false))
            return .sendLocalData
        }
        var cursor = ByteCursor(payload)
        let count = try LengthEncoding.readInteger(from: &cursor)
        guard cursor.isAtEnd else { throw .trailingBytes(count: cursor.remaining) }
        guard count > 0 && count <= ConnectionStateMachine.columnsMax else {
            throw .malformed("a result set of \(count) columns")
        }
        guard !hasSentRows else {
            return close(MySQLError(.unsupported, "the statement gave more than one result set"))
        }
        state = .command(kind, .columns(missing: Int(count), []))
        return .wait
    }

    private mutating func beginRows(_ kind: Kind, _ definitions: [ColumnDefinition41]) -> Action {
        state = .command(kind, .rows)
        hasSentRows = true
        flow = .rows
        return .beginRows(definitions)
    }

    private mutating func receivedRowsEnd(
        _ payload: UnsafeRawBufferPointer,
        _ first: UInt8,
        _ kind: Kind
    ) throws(PacketError) -> Action {
        guard first == EOFPacket.kind else { throw .unexpectedKind(first) }
        if capabilities.contains(.deprecateEOF) {
            return finish(try OKPacket(decoding: payload, endsRows: true), kind)
        }
        let end = try EOFPacket(decoding: payload)
        return finish(OKPacket(status: end.status, warnings: end.warnings), kind)
    }

    private mutating func finish(_ outcome: OKPacket, _ kind: Kind) -> Action {
        if outcome.status.contains(.moreResultsExist) {
            state = .command(kind, .awaitingAnswer)
            flow = .packets
            return .wait
        }
        return end(.finish(outcome))
    }

    private mutating func end(_ action: Action) -> Action {
        state = .idle
        flow = .packets
        return action
    }

    private mutating func close(_ error: MySQLError) -> Action {
        state = .closed
        flow = .packets
        return .close(error)
    }
}
