import MySQLProtocol
import NIOCore
import NIOEmbedded
import NIOSSL
import Testing

@testable import MySQLClient

@Suite("MySQLChannelHandler")
struct MySQLChannelHandlerTests {
    private func query(_ sql: String) -> Command { .query(sql) }

    @Test("a whole session, however the server's bytes are cut", arguments: [1, 2, 3, 5, 11, 1000])
    func dripped(piece: Int) throws {
        let fixture = try HandlerFixture()
        try fixture.send([ServerBytes.handshake], piece: piece)
        let response = try fixture.sent()
        #expect(response[3] == 1)
        #expect(Int(response[0]) | Int(response[1]) << 8 == response.count - 4)
        try fixture.send([ServerBytes.fastAuthentication, ServerBytes.ok], from: 2, piece: piece)
        #expect(try fixture.connected.wait().serverVersion == "9.7.4-2")

        let rows = RowCollector(bytesMax: 1 << 20)
        let promise = fixture.loop.makePromise(of: OKPacket.self)
        var command = PendingCommand(
            command: query("select 1"),
            kind: .query(sendsLocalData: false),
            consumer: rows,
            outcome: promise
        )
        command.beginRows = { rows.begin($0) }
        fixture.handler.submit(command)
        #expect(try fixture.sent() == [9, 0, 0, 0, 3] + Array("select 1".utf8))
        try fixture.send(ServerBytes.resultSet, from: 1, piece: piece)
        let result = rows.result(try promise.futureResult.wait())
        #expect(result.columns.map(\.name) == ["id", "a", "bb", "now(6) > 0", "u"])
        #expect(result.rows == ServerBytes.resultSetRows)
        #expect(result.values(of: "u") == ["ü", "ü"])
        #expect(result.scalar == "1")

        // And again on the same connection.
        let second = fixture.submit(query("insert"))
        try fixture.send([ServerBytes.okAfterInsert], from: 1, piece: piece)
        #expect(second.packet?.lastInsertID == 4)
    }

    @Test("rows and events of 16 MiB and more come in one piece", arguments: [1 << 16, Int.max])
    func large(piece: Int) throws {
        let fixture = try HandlerFixture.loggedIn()
        let rows = PayloadCollector()
        let outcome = fixture.submit(query("select"), consumer: rows)
        let value = [UInt8](repeating: 65, count: 17 << 20)
        // A first value of 16 MiB and more begins with 0xFE, like the end of rows.
        let row = [0xFE, 0, 0, 0x10, 1, 0, 0, 0, 0] + value
        try fixture.send([[1], ServerBytes.columnN, row, [1, 65], ServerBytes.rowsEnd], from: 1, piece: piece)
        #expect(outcome.packet != nil)
        #expect(rows.payloads.map(\.count) == [row.count, 2])

        let events = PayloadCollector()
        let dump = fixture.submit(.dumpBinlog(serverID: 1, encodedGTIDSet: []), kind: .binlogDump, consumer: events)
        let event = ServerBytes.event(type: 30, bodyBytes: 17 << 20)
        let small = ServerBytes.event(type: 27, bodyBytes: 10)
        try fixture.send([event, small], from: 1, piece: piece)
        #expect(dump.isPending)
        #expect(events.payloads == [Array(event.dropFirst()), Array(small.dropFirst())])
    }

    @Test(
        "statements of 2²⁴−1 bytes and more are split",
        arguments: [0xFF_FFFE, 0xFF_FFFF, 0x100_0000, 2 * 0xFF_FFFF]
    )
    func split(payloadBytes: Int) throws {
        let fixture = try HandlerFixture.loggedIn()
        let outcome = fixture.submit(query(String(repeating: "x", count: payloadBytes - 1)))
        let expected = [3] + [UInt8](repeating: UInt8(ascii: "x"), count: payloadBytes - 1)
        #expect(try fixture.sent() == Array(ServerBytes.packets([expected], from: 0).readableBytesView))
        let packets = payloadBytes / 0xFF_FFFF + 1
        try fixture.send([ServerBytes.ok], from: UInt8(packets))
        #expect(outcome.packet != nil)
    }

    // MARK: Back pressure

    @Test("a paused consumer gets nothing, and nothing is read, until it resumes")
    func pause() throws {
        let fixture = try HandlerFixture.loggedIn()
        let rows = PayloadCollector(pauseEvery: 2)
        let outcome = fixture.submit(query("select"), consumer: rows)
        let readsBefore = fixture.reads.count
        try fixture.send([[1], ServerBytes.columnN, [1, 65], [1, 66], [1, 67], [1, 68], [1, 69]], from: 1)
        fixture.channel.read()
        #expect(rows.payloads == [[1, 65], [1, 66]])
        #expect(fixture.reads.count == readsBefore)
        // More may come that was read before; it is kept, in order.
        try fixture.send([[1, 70], ServerBytes.rowsEnd], from: 8)
        #expect(rows.payloads.count == 2)

        fixture.handler.resume()
        #expect(rows.payloads.count == 4)
        #expect(fixture.reads.count == readsBefore)
        fixture.handler.resume()
        #expect(rows.payloads == [[1, 65], [1, 66], [1, 67], [1, 68], [1, 69], [1, 70]])
        #expect(outcome.isPending)
        fixture.handler.resume()
        #expect(fixture.reads.count == readsBefore + 1)
        #expect(outcome.packet != nil)
        fixture.handler.resume()
        #expect(fixture.reads.count == readsBefore + 1)
    }

    @Test("a consumer's error ends the command and the connection, and is what the caller gets")
    func consumerThrows() throws {
        let fixture = try HandlerFixture.loggedIn()
        let rows = PayloadCollector(throwAt: 2)
        let outcome = fixture.submit(query("select"), consumer: rows)
        let next = fixture.submit(query("next"))
        try fixture.send([[1], ServerBytes.columnN, [1, 65], [1, 66], [1, 67]], from: 1)
        #expect(outcome.error is PayloadCollector.Refusal)
        #expect(rows.payloads.count == 2)
        #expect(!fixture.channel.isActive)
        #expect(next.failure?.code == .closed)
        #expect(fixture.submit(query("later")).failure?.code == .closed)
    }

    @Test("rows of a command that wants none end the connection")
    func unwantedRows() throws {
        let fixture = try HandlerFixture.loggedIn()
        let outcome = fixture.submit(query("select"))
        try fixture.send([[1], ServerBytes.columnN, [1, 65]], from: 1)
        #expect(outcome.failure?.code == .protocolViolation)
        #expect(!fixture.channel.isActive)
    }

    @Test("a buffered result has a limit")
    func bufferLimit() throws {
        let fixture = try HandlerFixture.loggedIn()
        let rows = RowCollector(bytesMax: 10)
        rows.begin([try ServerBytes.columnN.withUnsafeBytes { try ColumnDefinition41(decoding: $0) }])
        let outcome = fixture.submit(query("select"), consumer: rows)
        try fixture.send([[1], ServerBytes.columnN, [7] + Array("1234567".utf8), [2, 65, 66]], from: 1)
        #expect(outcome.failure?.code == .resultTooLarge)
    }

    @Test("a row that does not fit its columns ends the connection", arguments: [[1, 65, 0], [2, 65]] as [[UInt8]])
    func badRow(row: [UInt8]) throws {
        let fixture = try HandlerFixture.loggedIn()
        let rows = RowCollector(bytesMax: 100)
        rows.begin([try ServerBytes.columnN.withUnsafeBytes { try ColumnDefinition41(decoding: $0) }])
        let outcome = fixture.submit(query("select"), consumer: rows)
        try fixture.send([[1], ServerBytes.columnN, row], from: 1)
        #expect(outcome.failure?.code == .protocolViolation)
        #expect(!fixture.channel.isActive)
    }

    // MARK: Order and ends

    @Test("commands wait for each other")
    func queue() throws {
        let fixture = try HandlerFixture.loggedIn()
        let first = fixture.submit(query("a"))
        let second = fixture.submit(.ping, kind: .simple)
        #expect(try fixture.sent() == [2, 0, 0, 0, 3, UInt8(ascii: "a")])
        try fixture.send([ServerBytes.unknownColumn], from: 1)
        #expect(first.failure?.server?.errno == 1054)
        #expect(second.isPending)
        #expect(try fixture.sent() == [1, 0, 0, 0, 14])
        try fixture.send([ServerBytes.ok], from: 1)
        #expect(second.packet != nil)
        #expect(fixture.channel.isActive)
    }

    @Test("a packet out of order ends the connection")
    func outOfOrder() throws {
        let fixture = try HandlerFixture.loggedIn()
        let outcome = fixture.submit(query("a"))
        try fixture.send([ServerBytes.ok], from: 2)
        #expect(outcome.failure?.code == .protocolViolation)
        #expect(!fixture.channel.isActive)
    }

    @Test("a server that shuts down says so whatever the sequence")
    func shutdown() throws {
        let fixture = try HandlerFixture.loggedIn()
        let outcome = fixture.submit(query("a"))
        try fixture.send([ServerBytes.hex("ff1d04") + Array("#08S01Server shutdown in progress".utf8)], from: 0)
        #expect(outcome.failure?.server?.errno == 1053)
        #expect(outcome.failure?.isTransient == true)
    }

    @Test("a lost connection is a transient error of what runs, also in the middle of a packet")
    func lost() throws {
        let fixture = try HandlerFixture.loggedIn()
        let outcome = fixture.submit(query("a"), consumer: PayloadCollector())
        try fixture.channel.writeInbound(ByteBuffer(bytes: [20, 0, 0, 1, 2]))
        fixture.channel.pipeline.fireChannelInactive()
        #expect(outcome.failure?.code == .closed)
        #expect(outcome.failure?.isTransient == true)
    }

    @Test("a connection lost while logging in")
    func lostEarly() throws {
        let fixture = try HandlerFixture()
        try fixture.send([ServerBytes.handshake])
        fixture.channel.pipeline.fireChannelInactive()
        #expect { try fixture.connected.wait() } throws: { ($0 as? MySQLError)?.code == .connectionFailed }
    }

    @Test("closing says goodbye when nothing runs")
    func close() throws {
        let fixture = try HandlerFixture.loggedIn()
        _ = try fixture.sent()
        fixture.handler.close(MySQLError(.closed, "closed"))
        #expect(try fixture.sent() == [1, 0, 0, 0, 1])
        #expect(!fixture.channel.isActive)
    }

    @Test("an ending that came before is the cause given later")
    func causes() throws {
        let fixture = try HandlerFixture.loggedIn()
        try fixture.send([ServerBytes.hex("ffbf0f") + Array("#HY000inactivity".utf8)])
        let failure = fixture.submit(query("a")).failure
        #expect(failure?.code == .closed)
        #expect(failure?.server?.errno == 4031)
        #expect(failure?.isTransient == true)
        let cancelled = try HandlerFixture.loggedIn()
        cancelled.handler.fail(CancellationError())
        #expect(cancelled.submit(query("a")).failure?.code == .closed)
    }

    // MARK: Time

    @Test("a command that takes too long closes the connection")
    func timeout() throws {
        let fixture = try HandlerFixture.loggedIn()
        let outcome = fixture.submit(query("a"), timeout: .seconds(3))
        fixture.loop.advanceTime(by: .milliseconds(2999))
        #expect(outcome.isPending)
        fixture.loop.advanceTime(by: .milliseconds(1))
        #expect(outcome.failure?.code == .timeout)
        #expect(!fixture.channel.isActive)
    }

    @Test("a command that is done in time leaves no alarm behind")
    func inTime() throws {
        let fixture = try HandlerFixture.loggedIn()
        let first = fixture.submit(query("a"), timeout: .seconds(3))
        try fixture.send([ServerBytes.ok], from: 1)
        #expect(first.packet != nil)
        let second = fixture.submit(query("b"))
        fixture.loop.advanceTime(by: .hours(1))
        #expect(second.isPending)
        #expect(fixture.channel.isActive)
    }

    @Test("silence ends a stream; a byte in time does not, and a pause is no silence")
    func silence() throws {
        let fixture = try HandlerFixture.loggedIn()
        let events = PayloadCollector(pauseEvery: 2)
        let outcome = fixture.submit(
            .dumpBinlog(serverID: 1, encodedGTIDSet: []),
            kind: .binlogDump,
            consumer: events,
            silenceMax: .seconds(5)
        )
        let event = ServerBytes.event(type: 27, bodyBytes: 4)
        fixture.loop.advanceTime(by: .milliseconds(4900))
        try fixture.send([event], from: 1)
        fixture.loop.advanceTime(by: .milliseconds(4900))
        #expect(outcome.isPending)
        try fixture.send([event], from: 2)
        #expect(events.payloads.count == 2)
        fixture.loop.advanceTime(by: .hours(2))
        #expect(outcome.isPending)
        fixture.handler.resume()
        fixture.loop.advanceTime(by: .milliseconds(4900))
        #expect(outcome.isPending)
        fixture.loop.advanceTime(by: .milliseconds(101))
        #expect(outcome.failure?.code == .timeout)
        #expect(outcome.failure?.isTransient == true)
    }

    // MARK: LOAD DATA LOCAL

    @Test("data is sent when it is asked for, cut into packets, ended by an empty one")
    func localData() throws {
        let fixture = try HandlerFixture.loggedIn(.testing(allowsLocalData: true))
        let wanted = fixture.loop.makePromise(of: Bool.self)
        let outcome = fixture.submit(query("load"), kind: .query(sendsLocalData: true), localDataWanted: wanted)
        _ = try fixture.sent()
        try fixture.send([[0xFB] + Array("x".utf8)], from: 1)
        #expect(try wanted.futureResult.wait())
        let large = [UInt8](repeating: 7, count: (1 << 20) + 3)
        for part in [[1, 2, 3], large, []] {
            let written = fixture.loop.makePromise(of: Void.self)
            fixture.handler.sendLocalData(ByteBuffer(bytes: part), promise: written)
            #expect(throws: Never.self) { try written.futureResult.wait() }
        }
        let expected = ServerBytes.packets([[1, 2, 3], Array(large.prefix(1 << 20)), [7, 7, 7], []], from: 2)
        #expect(try fixture.sent() == Array(expected.readableBytesView))
        try fixture.send([ServerBytes.okAfterInsert], from: 6)
        #expect(outcome.packet?.affectedRows == 2)
    }

    @Test("a statement that fails immediately wants no data")
    func localDataRefused() throws {
        let fixture = try HandlerFixture.loggedIn(.testing(allowsLocalData: true))
        let wanted = fixture.loop.makePromise(of: Bool.self)
        let outcome = fixture.submit(query("load"), kind: .query(sendsLocalData: true), localDataWanted: wanted)
        try fixture.send([ServerBytes.unknownColumn], from: 1)
        #expect(throws: MySQLError.self) { try wanted.futureResult.wait() }
        #expect(outcome.failure?.server?.errno == 1054)
        #expect(fixture.channel.isActive)
    }

    // MARK: Logging in

    @Test("TLS begins right after the request, and what follows is encrypted")
    func tls() throws {
        let fixture = try HandlerFixture(.testing(tls: .required))
        try fixture.send([ServerBytes.handshake])
        let sent = try fixture.sent()
        #expect(Array(sent.prefix(4)) == [32, 0, 0, 1])
        // A TLS record of kind handshake.
        #expect(sent[36] == 0x16)
        #expect(!String(decoding: sent, as: UTF8.self).contains("leat"))
        #expect(throws: Never.self) {
            try fixture.channel.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self)
        }
    }

    @Test("bytes after the greeting do not slip in before TLS")
    func bytesBeforeTLS() throws {
        let fixture = try HandlerFixture(.testing(tls: .required))
        var bytes = ServerBytes.packets([ServerBytes.handshake], from: 0)
        bytes.writeImmutableBuffer(ServerBytes.packets([ServerBytes.ok], from: 2))
        try fixture.channel.writeInbound(bytes)
        #expect { try fixture.connected.wait() } throws: { ($0 as? MySQLError)?.code == .protocolViolation }
    }

    @Test("the password goes encrypted with the server's key")
    func key() throws {
        let fixture = try HandlerFixture()
        try fixture.send([ServerBytes.handshake])
        _ = try fixture.sent()
        try fixture.send([ServerBytes.fullAuthentication], from: 2)
        #expect(try fixture.sent() == [1, 0, 0, 3, 2])
        try fixture.send([ServerBytes.publicKey], from: 4)
        let encrypted = try fixture.sent()
        #expect(Array(encrypted.prefix(4)) == [0, 1, 0, 5])
        #expect(encrypted.count == 260)
        try fixture.send([ServerBytes.ok], from: 6)
        #expect(throws: Never.self) { try fixture.connected.wait() }
    }

    @Test("a wrong password")
    func denied() throws {
        let fixture = try HandlerFixture()
        try fixture.send([ServerBytes.handshake])
        try fixture.send([ServerBytes.accessDenied], from: 2)
        #expect { try fixture.connected.wait() } throws: { ($0 as? MySQLError)?.code == .authentication }
        #expect(!fixture.channel.isActive)
    }

    // MARK: Binlog

    @Test("events come without their leading byte, and the server's closing error is kept")
    func binlog() throws {
        let fixture = try HandlerFixture.loggedIn()
        let events = PayloadCollector()
        let outcome = fixture.submit(
            .dumpBinlog(serverID: 7, encodedGTIDSet: [1]),
            kind: .binlogDump,
            consumer: events
        )
        let event = ServerBytes.event(type: 15, bodyBytes: 80)
        try fixture.send([event, ServerBytes.hex("ffd404") + Array("#HY000purged".utf8)], from: 1)
        #expect(events.payloads == [Array(event.dropFirst())])
        #expect(outcome.failure?.server?.errno == 1236)
        #expect(outcome.failure?.server?.text == "purged")
    }

    @Test("a stream that begins neither with an event nor with an end is refused")
    func badBinlog() throws {
        let fixture = try HandlerFixture.loggedIn()
        let outcome = fixture.submit(
            .dumpBinlog(serverID: 7, encodedGTIDSet: [1]),
            kind: .binlogDump,
            consumer: PayloadCollector()
        )
        try fixture.send([[0x55, 1, 2]], from: 1)
        #expect(outcome.failure?.code == .protocolViolation)
    }
}
