import ColumnarBytes
import NIOCore
import Testing

@testable import MySQLClient

@Suite("PacketFramer")
struct PacketFramerTests {
    private struct Framed: Equatable {
        var payloads: [[UInt8]] = []
        var inOrder: [Bool] = []
    }

    /// Frames `bytes` in pieces of `piece` bytes.
    private func frame(
        _ bytes: ByteBuffer,
        piece: Int = .max,
        joinedBytesMax: Int = 1 << 30,
        sequence: UInt8 = 0
    ) throws(MySQLError) -> Framed {
        var framer = PacketFramer(joinedBytesMax: joinedBytesMax)
        for _ in 0..<sequence { _ = framer.takeSequence() }
        var framed = Framed()
        let all = Array(bytes.readableBytesView)
        var start = 0
        while start < all.count {
            let end = piece < all.count - start ? start + piece : all.count
            let part = Array(all[start..<end])
            let failure: MySQLError? = part.withUnsafeBytes { raw in
                var offset = 0
                do throws(MySQLError) {
                    while let packet = try framer.next(in: raw, from: &offset) {
                        framed.payloads.append(Array(packet.payload))
                        framed.inOrder.append(packet.isInOrder)
                    }
                } catch {
                    return error
                }
                return offset == raw.count ? nil : MySQLError(.protocolViolation, "bytes were left")
            }
            if let failure { throw failure }
            start = end
        }
        return framed
    }

    @Test("packets come out whole however the bytes are cut", arguments: [1, 2, 3, 4, 5, 7, 64, 1000])
    func pieces(piece: Int) throws {
        let payloads: [[UInt8]] = [[1], [], [UInt8](repeating: 2, count: 300), [3, 4], [], [5]]
        let framed = try frame(ServerBytes.packets(payloads, from: 0), piece: piece)
        #expect(framed.payloads == payloads)
        #expect(framed.inOrder.allSatisfy { $0 })
    }

    @Test(
        "payloads of 2²⁴−1 bytes and more are joined",
        arguments: [0xFF_FFFF - 1, 0xFF_FFFF, 0xFF_FFFF + 1, 2 * 0xFF_FFFF, 2 * 0xFF_FFFF + 5]
    )
    func joined(count: Int) throws {
        let large = [UInt8](repeating: 7, count: count)
        for piece in [Int.max, 1 << 16, 0xFF_FFFF] {
            let framed = try frame(ServerBytes.packets([[1], large, [2]], from: 0), piece: piece)
            #expect(framed.payloads.map(\.count) == [1, count, 1])
            #expect(framed.payloads[1] == large)
            #expect(framed.inOrder == [true, true, true])
        }
    }

    @Test("a joined payload stays as it is for whoever keeps its storage, also when another one follows")
    func keptStorage() throws {
        let first = [UInt8](repeating: 7, count: 0xFF_FFFF + 1)
        let second = [UInt8](repeating: 8, count: 0xFF_FFFF + 2)
        let bytes = ServerBytes.packets([first, [1], second], from: 0)
        var framer = PacketFramer()
        var kept: [KeptBytes] = []
        bytes.withUnsafeReadableBytes { raw in
            var offset = 0
            while let packet = try? framer.next(in: raw, from: &offset) {
                #expect((packet.storage == nil) == (packet.payload.count == 1))
                kept.append(KeptBytes(packet.payload, in: packet.storage))
            }
        }
        // Not as arrays: printing how 16 MB differ takes minutes.
        let isSame = zip(kept, [first, [1], second]).map { $0.bytes.elementsEqual($1) }
        #expect(isSame == [true, true, true])
    }

    @Test("a payload beyond the limit is an error, before more of it is kept")
    func limit() {
        let bytes = ServerBytes.packets([[UInt8](repeating: 7, count: 0xFF_FFFF + 100)], from: 0)
        #expect(throws: MySQLError.self) { try frame(bytes, joinedBytesMax: 0xFF_FFFF + 99) }
        #expect(throws: Never.self) { try frame(bytes, joinedBytesMax: 0xFF_FFFF + 100) }
    }

    @Test("sequence numbers are checked and wrap after 255")
    func sequence() throws {
        let many = [[UInt8]](repeating: [9], count: 600)
        #expect(try frame(ServerBytes.packets(many, from: 0)).inOrder.allSatisfy { $0 })
        var twice = ServerBytes.packets([[1], [2]], from: 0)
        twice.writeImmutableBuffer(ServerBytes.packets([[3], [4]], from: 3))
        // After the odd one, counting continues from it.
        #expect(try frame(twice).inOrder == [true, true, false, true])
        #expect(try frame(ServerBytes.packets([[1]], from: 2), sequence: 2).inOrder == [true])
        #expect(try frame(ServerBytes.packets([[1]], from: 0), sequence: 2).inOrder == [false])
    }

    @Test("a joined payload is in order only if all of its packets are")
    func joinedSequence() throws {
        var bytes = ServerBytes.packets([[UInt8](repeating: 1, count: 0xFF_FFFF)], from: 0)
        bytes.moveWriterIndex(to: bytes.writerIndex - 4)
        bytes.writeBytes([1, 0, 0, 9, 42])
        let framed = try frame(bytes)
        #expect(framed.payloads.map(\.count) == [0x100_0000])
        #expect(framed.inOrder == [false])
    }

    @Test("it knows whether it is inside a packet")
    func insidePacket() throws {
        var framer = PacketFramer()
        func feed(_ bytes: [UInt8], _ framer: inout PacketFramer) -> Int {
            bytes.withUnsafeBytes { raw in
                var offset = 0
                var count = 0
                while let packet = try? framer.next(in: raw, from: &offset) { count += packet.payload.count }
                return count
            }
        }
        #expect(framer.isInsidePacket == false)
        #expect(feed([2, 0], &framer) == 0)
        #expect(framer.isInsidePacket == true)
        #expect(feed([0, 0, 1, 2], &framer) == 2)
        #expect(framer.isInsidePacket == false)
    }
}
