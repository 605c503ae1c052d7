import MySQLProtocol
import NIOCore
import NIOEmbedded
import Testing

@testable import MySQLClient

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Bytes from a server that is broken or means ill: every input ends in results and errors, never in a crash.
///
/// `LEAT_FUZZ_INPUTS` sets how many inputs there are in all (200 000 otherwise).
@Suite("A server may send anything")
struct HandlerFuzzTests {
    static let inputs: Int = {
        guard let text = getenv("LEAT_FUZZ_INPUTS"), let count = Int(String(cString: text)), count > 0 else {
            return 200_000
        }
        return count
    }()

    private static let sessions: [[[UInt8]]] = [
        [ServerBytes.handshake, ServerBytes.fastAuthentication, ServerBytes.ok] + ServerBytes.resultSet,
        [ServerBytes.handshake, ServerBytes.fullAuthentication, ServerBytes.publicKey, ServerBytes.ok]
            + ServerBytes.resultSet,
        [ServerBytes.mariaDBHandshake, ServerBytes.ok, ServerBytes.okAfterInsert],
        [ServerBytes.handshake, ServerBytes.switchToSHA256, ServerBytes.accessDenied],
        [ServerBytes.handshake, ServerBytes.fastAuthentication, ServerBytes.ok, ServerBytes.unknownColumn],
        [ServerBytes.handshake, ServerBytes.fastAuthentication, ServerBytes.ok, [0xFB, 65]],
        [ServerBytes.handshake, ServerBytes.fastAuthentication, ServerBytes.ok]
            + [ServerBytes.event(type: 15, bodyBytes: 90), ServerBytes.event(type: 27, bodyBytes: 20), [0xFE]],
    ]

    @Test("the state machine and the framer")
    func machine() throws {
        var random = SeededRandom(seed: 11)
        var connected = 0
        var finished = 0
        for _ in 0..<Self.inputs * 9 / 10 {
            let bytes = Self.damaged(&random, damage: Int.random(in: 0...2, using: &random))
            var machine = ConnectionStateMachine(
                login: .testing(tls: .disabled, allowsLocalData: Bool.random(using: &random))
            )
            var framer = PacketFramer(joinedBytesMax: 1 << 25)
            bytes.withUnsafeBytes { raw in
                var offset = 0
                while let packet = try? framer.next(in: raw, from: &offset) {
                    if machine.flow != .packets, packet.payload.first ?? 0xFF < 0xFE { continue }
                    switch machine.received(packet.payload) {
                    case .connected: connected += 1
                    case .finish, .fail: finished += 1
                    case .sendLocalData where Bool.random(using: &random): machine.localDataEnded()
                    default: break
                    }
                    if machine.isIdle { machine.commandSent(Self.kind(&random)) }
                }
            }
        }
        // Otherwise only greetings were tested.
        #expect(connected > Self.inputs / 5)
        #expect(finished > Self.inputs / 10)
    }

    @Test("the channel handler")
    func handler() throws {
        var random = SeededRandom(seed: 12)
        var answered = 0
        for _ in 0..<Self.inputs / 10 {
            let bytes = Self.damaged(&random, damage: Int.random(in: 0...2, using: &random))
            let fixture = try HandlerFixture(.testing(allowsLocalData: Bool.random(using: &random)))
            let outcomes = (0..<3).map { _ in
                fixture.submit(
                    .query("q"),
                    kind: Self.kind(&random),
                    consumer: PayloadCollector(pauseEvery: Int.random(in: 1...4, using: &random))
                )
            }
            var start = 0
            while start < bytes.count {
                let end = min(bytes.count, start + Int.random(in: 1...200, using: &random))
                try fixture.channel.writeInbound(ByteBuffer(bytes: bytes[start..<end]))
                start = end
                fixture.handler.resume()
            }
            for _ in 0..<8 { fixture.handler.resume() }
            answered += outcomes.count { !$0.isPending }
            _ = try fixture.sent()
            fixture.handler.close(MySQLError(.closed, "closed"))
            #expect(outcomes.allSatisfy { !$0.isPending })
        }
        #expect(answered > Self.inputs / 20)
    }

    private static func kind(_ random: inout SeededRandom) -> ConnectionStateMachine.Kind {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: .simple
        case 1: .binlogDump
        case 2: .query(sendsLocalData: true)
        default: .query(sendsLocalData: false)
        }
    }

    /// A session's bytes with right or wrong numbers, some of them changed, left out or put in.
    private static func damaged(_ random: inout SeededRandom, damage: Int) -> [UInt8] {
        var payloads = sessions[Int.random(in: sessions.indices, using: &random)]
        if damage > 0 && Int.random(in: 0..<4, using: &random) == 0 {
            let from = Int.random(in: payloads.indices, using: &random)
            payloads.insert(payloads[from], at: Int.random(in: payloads.indices, using: &random))
        }
        var bytes: [UInt8] = []
        var sequence: UInt8 = 0
        for (index, payload) in payloads.enumerated() {
            let count = UInt32(payload.count) | UInt32(sequence) << 24
            withUnsafeBytes(of: count.littleEndian) { bytes += $0 }
            bytes += payload
            // The client's answers are numbered in between; after the log-in each command starts again.
            sequence &+= index == 0 || payload == fullAnswer || payload == ServerBytes.publicKey ? 2 : 1
            if payload == ServerBytes.ok { sequence = 1 }
        }
        for _ in 0..<damage where !bytes.isEmpty {
            let place = Int.random(in: bytes.indices, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes.remove(at: place)
            case 1: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
            case 2: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            default: bytes[place] = UInt8.random(in: 0...255, using: &random)
            }
        }
        if damage > 1, Bool.random(using: &random) { bytes.removeLast(Int.random(in: 0...bytes.count, using: &random)) }
        return bytes
    }

    private static let fullAnswer = ServerBytes.fullAuthentication
}
