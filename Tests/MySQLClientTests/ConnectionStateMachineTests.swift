import MySQLProtocol
import Testing

@testable import MySQLClient

@Suite("ConnectionStateMachine")
struct ConnectionStateMachineTests {
    private func receive(_ bytes: [UInt8], _ machine: inout ConnectionStateMachine) -> ConnectionStateMachine.Action {
        bytes.withUnsafeBytes { machine.received($0) }
    }

    /// A machine that is logged in, by the fast way.
    private func loggedIn(
        _ login: Login = .testing(),
        deprecatesEOF: Bool = true
    ) -> ConnectionStateMachine {
        var machine = ConnectionStateMachine(login: login)
        _ = receive(deprecatesEOF ? ServerBytes.handshake : Self.withoutDeprecateEOF, &machine)
        _ = receive(ServerBytes.fastAuthentication, &machine)
        _ = receive(ServerBytes.ok, &machine)
        return machine
    }

    /// The greeting of a server that does not know DEPRECATE_EOF (flag 24: the lowest bit of the highest byte).
    private static let withoutDeprecateEOF: [UInt8] = {
        var bytes = ServerBytes.handshake
        // 1 + "9.7.4-2\0" + 4 + 8 + 1 + 2 (low flags) + 1 + 2 + 2 (high flags)
        bytes[1 + 8 + 4 + 8 + 1 + 2 + 1 + 2 + 1] &= 0xFE
        return bytes
    }()

    // MARK: Connecting

    @Test("logging in: response, proof, connected")
    func login() throws {
        var machine = ConnectionStateMachine(login: .testing(database: "shop"))
        #expect(machine.isConnecting == true)
        guard case .send(let response) = receive(ServerBytes.handshake, &machine) else {
            Issue.record("no response was sent")
            return
        }
        let text = String(decoding: response, as: UTF8.self)
        #expect(text.contains("leat\0") && text.contains("shop\0caching_sha2_password\0"))
        #expect(!text.contains("secret"))
        #expect(receive(ServerBytes.fastAuthentication, &machine) == .wait)
        guard case .connected(let handshake) = receive(ServerBytes.ok, &machine) else {
            Issue.record("not connected")
            return
        }
        #expect(handshake.threadID == 0xC2)
        #expect(machine.isIdle == true)
        #expect(machine.isConnecting == false)
    }

    @Test("no multiple statements, and local data only when wanted")
    func capabilities() {
        let plain = loggedIn().capabilities
        #expect(!plain.contains(.multiStatements))
        #expect(!plain.contains(.localFiles))
        #expect(!plain.contains(.tls))
        #expect(plain.isSuperset(of: [.deprecateEOF, .multiResults, .transactions]))
        let loading = loggedIn(.testing(allowsLocalData: true)).capabilities
        #expect(loading.contains(.localFiles))
    }

    @Test("TLS begins before anything about the user is sent", arguments: TLSMode.allCases.filter { $0 != .disabled })
    func tls(mode: TLSMode) {
        var machine = ConnectionStateMachine(login: .testing(tls: mode))
        guard case .startTLS(let request) = receive(ServerBytes.handshake, &machine) else {
            Issue.record("TLS was not begun")
            return
        }
        #expect(request.count == 32)
        guard case .send(let response) = machine.tlsStarted() else {
            Issue.record("no response was sent")
            return
        }
        #expect(Array(response.prefix(32)) == request)
        // Encrypted: the password may go as it is.
        #expect(receive(ServerBytes.fullAuthentication, &machine) == .send(Array("secret\0".utf8)))
    }

    @Test("a server without TLS will do for `preferred` alone")
    func noTLS() {
        var preferred = ConnectionStateMachine(login: .testing(tls: .preferred))
        guard case .send = receive(ServerBytes.mariaDBHandshake, &preferred) else {
            Issue.record("no response was sent")
            return
        }
        for mode in [TLSMode.required, .verifyCA, .verifyFull] {
            var machine = ConnectionStateMachine(login: .testing(tls: mode))
            #expect(receive(ServerBytes.mariaDBHandshake, &machine).closing?.code == .tls)
        }
    }

    @Test("over a Unix socket there is no TLS and no key")
    func unixSocket() {
        var machine = ConnectionStateMachine(login: .testing(tls: .required, isLocalSocket: true))
        guard case .send = receive(ServerBytes.handshake, &machine) else {
            Issue.record("no response was sent")
            return
        }
        #expect(receive(ServerBytes.fullAuthentication, &machine) == .send(Array("secret\0".utf8)))
    }

    @Test("a server that speaks while TLS starts is not listened to")
    func earlyBytes() {
        var machine = ConnectionStateMachine(login: .testing(tls: .required))
        _ = receive(ServerBytes.handshake, &machine)
        #expect(receive(ServerBytes.ok, &machine).closing?.code == .protocolViolation)
    }

    @Test("an error in place of the greeting")
    func refused() {
        var machine = ConnectionStateMachine(login: .testing())
        let error = receive(ServerBytes.hex("ff1004") + Array("Too many connections".utf8), &machine).closing
        #expect(error?.code == .connectionFailed)
        #expect(error?.server?.errno == 1040)
        #expect(error?.isTransient == true)
        #expect(machine.isConnecting == false)
    }

    @Test("a server that is too old, or does not take local data, is refused by name")
    func unsupported() {
        var old = ConnectionStateMachine(login: .testing())
        var bytes = ServerBytes.handshake
        bytes[23] &= 0xFD  // PROTOCOL_41
        #expect(receive(bytes, &old).closing?.code == .unsupported)
        var noLocal = ConnectionStateMachine(login: .testing(allowsLocalData: true))
        bytes = ServerBytes.handshake
        bytes[22] &= 0x7F  // LOCAL_FILES
        #expect(receive(bytes, &noLocal).closing?.remedy == "SET GLOBAL local_infile = ON")
    }

    @Test("bytes that are no greeting")
    func garbage() {
        for bytes in [[], [10], [9, 1, 2], Array("HTTP/1.1 400 Bad Request\r\n".utf8)] as [[UInt8]] {
            var machine = ConnectionStateMachine(login: .testing())
            #expect(receive(bytes, &machine).closing?.code == .protocolViolation)
        }
    }

    // MARK: Commands

    @Test("a statement without rows")
    func ok() {
        var machine = loggedIn()
        machine.commandSent(.query(sendsLocalData: false))
        #expect(machine.isIdle == false)
        let expected = OKPacket(
            affectedRows: 2,
            lastInsertID: 4,
            status: .autocommit,
            info: "Records: 2  Duplicates: 0  Warnings: 0"
        )
        #expect(receive(ServerBytes.okAfterInsert, &machine) == .finish(expected))
        #expect(machine.isIdle == true)
    }

    @Test("an error leaves the connection usable")
    func error() {
        var machine = loggedIn()
        machine.commandSent(.query(sendsLocalData: false))
        guard case .fail(let error) = receive(ServerBytes.unknownColumn, &machine) else {
            Issue.record("no error")
            return
        }
        #expect(error.code == .server)
        #expect(
            error.server
                == MySQLError.ServerMessage(
                    errno: 1054,
                    sqlState: "42S22",
                    text: "Unknown column 'id' in 'field list'"
                )
        )
        #expect(machine.isIdle == true)
    }

    @Test("definitions, rows, end; with and without EOF packets", arguments: [true, false])
    func rows(deprecatesEOF: Bool) {
        var machine = loggedIn(deprecatesEOF: deprecatesEOF)
        let capabilities = machine.capabilities
        #expect(capabilities.contains(.deprecateEOF) == deprecatesEOF)
        machine.commandSent(.query(sendsLocalData: false))
        #expect(receive([2], &machine) == .wait)
        #expect(receive(ServerBytes.columnN, &machine) == .wait)
        #expect(machine.flow == .packets)
        var last = receive(ServerBytes.columnN, &machine)
        if !deprecatesEOF {
            #expect(last == .wait)
            last = receive(ServerBytes.hex("fe 0000 0200"), &machine)
        }
        guard case .beginRows(let columns) = last else {
            Issue.record("rows did not begin")
            return
        }
        #expect(columns.map(\.name) == ["n", "n"])
        #expect(machine.flow == .rows)
        let end = deprecatesEOF ? ServerBytes.rowsEnd : ServerBytes.hex("fe 0000 0200")
        #expect(receive(end, &machine) == .finish(OKPacket(status: .autocommit)))
        #expect(machine.flow == .packets)
        #expect(machine.isIdle == true)
    }

    @Test("an error between rows")
    func errorInRows() {
        var machine = loggedIn()
        machine.commandSent(.query(sendsLocalData: false))
        _ = receive([1], &machine)
        _ = receive(ServerBytes.columnN, &machine)
        guard case .fail = receive(ServerBytes.unknownColumn, &machine) else {
            Issue.record("no error")
            return
        }
        #expect(machine.flow == .packets)
        #expect(machine.isIdle == true)
    }

    @Test("a procedure's result set and the outcome after it; a second result set is refused")
    func moreResults() {
        var machine = loggedIn()
        machine.commandSent(.query(sendsLocalData: false))
        _ = receive([1], &machine)
        _ = receive(ServerBytes.columnN, &machine)
        #expect(receive(ServerBytes.hex("fe00000a000000"), &machine) == .wait)
        #expect(machine.isIdle == false)
        #expect(machine.flow == .packets)
        #expect(receive(ServerBytes.ok, &machine) == .finish(OKPacket(status: .autocommit)))

        machine.commandSent(.query(sendsLocalData: false))
        #expect(receive(ServerBytes.okWithMore, &machine) == .wait)
        #expect(receive([1], &machine) == .wait)
        _ = receive(ServerBytes.columnN, &machine)
        _ = receive(ServerBytes.hex("fe00000a000000"), &machine)
        #expect(receive([1], &machine).closing?.code == .unsupported)
    }

    @Test("the data of LOAD DATA LOCAL")
    func localData() {
        var machine = loggedIn(.testing(allowsLocalData: true))
        machine.commandSent(.query(sendsLocalData: true))
        #expect(receive([0xFB] + Array("x".utf8), &machine) == .sendLocalData)
        machine.localDataEnded()
        #expect(receive(ServerBytes.ok, &machine) == .finish(OKPacket(status: .autocommit)))
        #expect(machine.isIdle == true)
    }

    @Test("a file that nobody offered is not sent, and an answer before the data's end ends it all")
    func localDataViolations() {
        var unasked = loggedIn(.testing(allowsLocalData: true))
        unasked.commandSent(.query(sendsLocalData: false))
        #expect(receive([0xFB] + Array("/etc/passwd".utf8), &unasked).closing?.code == .protocolViolation)
        var early = loggedIn(.testing(allowsLocalData: true))
        early.commandSent(.query(sendsLocalData: true))
        _ = receive([0xFB] + Array("x".utf8), &early)
        #expect(receive(ServerBytes.unknownColumn, &early).closing?.server?.errno == 1054)
        var okEarly = loggedIn(.testing(allowsLocalData: true))
        okEarly.commandSent(.query(sendsLocalData: true))
        _ = receive([0xFB] + Array("x".utf8), &okEarly)
        #expect(receive(ServerBytes.ok, &okEarly).closing?.code == .protocolViolation)
    }

    @Test("ping and registering are answered by OK or an error, not by rows")
    func simple() {
        var machine = loggedIn()
        machine.commandSent(.simple)
        #expect(receive(ServerBytes.ok, &machine) == .finish(OKPacket(status: .autocommit)))
        machine.commandSent(.simple)
        #expect(receive([1], &machine).closing?.code == .protocolViolation)
    }

    @Test("a binlog dump ends by an error or by EOF")
    func dump() {
        var failing = loggedIn()
        failing.commandSent(.binlogDump)
        #expect(failing.flow == .events)
        let packet = ServerBytes.hex("ffd404") + Array("#HY000purged".utf8)
        guard case .fail(let error) = receive(packet, &failing) else {
            Issue.record("no error")
            return
        }
        #expect(error.server == MySQLError.ServerMessage(errno: 1236, sqlState: "HY000", text: "purged"))
        #expect(!error.isTransient)
        var ending = loggedIn()
        ending.commandSent(.binlogDump)
        #expect(receive([0xFE], &ending) == .finish(OKPacket()))
    }

    @Test(
        "answers that make no sense close the connection",
        arguments: [[], [0xFC, 0, 0x20], [0xFE], [0xFD], [0], [1, 1], [0xFF]] as [[UInt8]]
    )
    func badAnswers(bytes: [UInt8]) {
        var machine = loggedIn()
        machine.commandSent(.query(sendsLocalData: false))
        #expect(receive(bytes, &machine).closing?.code == .protocolViolation)
        #expect(receive(ServerBytes.ok, &machine) == .wait)
    }

    @Test("a column definition that makes no sense closes the connection")
    func badDefinition() {
        var machine = loggedIn()
        machine.commandSent(.query(sendsLocalData: false))
        _ = receive([1], &machine)
        #expect(receive([3, 1, 2], &machine).closing?.code == .protocolViolation)
    }

    @Test("an idle connection hears only goodbyes")
    func unasked() {
        var machine = loggedIn()
        let packet = ServerBytes.hex("ffbf0f") + Array("#HY000inactivity".utf8)
        let error = receive(packet, &machine).closing
        #expect(error?.code == .closed)
        #expect(error?.server?.errno == 4031)
        #expect(error?.isTransient == true)
        var odd = loggedIn()
        #expect(receive(ServerBytes.ok, &odd).closing?.code == .protocolViolation)
    }

    @Test("out of order, only an error has a meaning")
    func outOfOrder() {
        var machine = loggedIn()
        machine.commandSent(.query(sendsLocalData: false))
        let shutdown = ServerBytes.hex("ff1d04") + Array("#08S01Server shutdown in progress".utf8)
        let error = shutdown.withUnsafeBytes { machine.receivedOutOfOrder($0) }.closing
        #expect(error?.server?.errno == 1053)
        #expect(error?.isTransient == true)
        var other = loggedIn()
        #expect(ServerBytes.ok.withUnsafeBytes { other.receivedOutOfOrder($0) }.closing?.code == .protocolViolation)
    }
}

extension ConnectionStateMachine.Action {
    fileprivate var closing: MySQLError? {
        if case .close(let error) = self { error } else { nil }
    }
}
