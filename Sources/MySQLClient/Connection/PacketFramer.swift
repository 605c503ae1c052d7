import ColumnarBytes

/// Finds packets in a connection's bytes, in place where they lie whole in what was read.
///
/// A packet is three bytes of length, one of sequence number, and the payload; a payload of 2²⁴−1 bytes continues in
/// the next packet, until a shorter one (maybe empty) ends it. Only a payload that is cut by a read or spread over
/// several packets is copied. Invariants: `partial` holds the beginning of one packet, header included; `joined` holds
/// the payloads so far of a chain of packets.
/// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_packets.html
struct PacketFramer: ~Copyable {
    static let headerBytes = 4
    static let payloadBytesMax = 0xFF_FFFF
    /// Storage beyond this is given back once a large packet is through.
    private static let keptBytesMax = 1 << 20

    /// One whole payload; valid until the next call, or as long as its storage.
    struct Packet {
        var payload: UnsafeRawBufferPointer
        /// What a payload of several packets was joined in, which is not used again.
        var storage: GrowableBytes?
        /// Whether the sequence numbers were the expected ones. A packet out of order may only be an error that the
        /// server sends without having been asked.
        var isInOrder: Bool
    }

    /// The number of the next packet in either direction.
    private(set) var sequence: UInt8 = 0
    private let joinedBytesMax: Int
    private var partial = GrowableBytes()
    private var joined = GrowableBytes()
    private var isJoining = false
    private var isJoinedInOrder = true
    /// Whether the storage's content was handed out and is to be forgotten.
    private var isPartialDone = false
    private var isJoinedDone = false

    init(joinedBytesMax: Int = Int(1 << 30) + payloadBytesMax) {
        self.joinedBytesMax = joinedBytesMax
    }

    /// Whether some bytes of an unfinished packet are held.
    var isInsidePacket: Bool { (partial.count > 0 && !isPartialDone) || isJoining }

    /// A new command begins: its packet has number 0.
    mutating func restartSequence() { sequence = 0 }

    /// The number for a packet that is about to be sent.
    mutating func takeSequence() -> UInt8 {
        defer { sequence &+= 1 }
        return sequence
    }

    /// The next whole packet in `bytes` from `offset`, which moves past what was used; `nil` when all is used and more
    /// is needed.
    ///
    /// - Throws: ``MySQLError`` when a payload grows beyond the limit.
    mutating func next(in bytes: UnsafeRawBufferPointer, from offset: inout Int) throws(MySQLError) -> Packet? {
        if isPartialDone { forgetPartial() }
        if isJoinedDone { forgetJoined() }
        while true {
            let payload: UnsafeRawBufferPointer
            let number: UInt8
            let available = bytes.count - offset
            if partial.count == 0, available >= PacketFramer.headerBytes {
                let header = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
                let length = Int(header & 0xFF_FFFF)
                guard available - PacketFramer.headerBytes >= length else {
                    hold(bytes, from: &offset, upTo: PacketFramer.headerBytes + length)
                    return nil
                }
                let start = offset + PacketFramer.headerBytes
                payload = UnsafeRawBufferPointer(rebasing: bytes[start..<start + length])
                number = UInt8(header >> 24)
                offset = start + length
            } else {
                guard completePartial(bytes, from: &offset) else { return nil }
                payload = UnsafeRawBufferPointer(rebasing: partial.bytes[PacketFramer.headerBytes...])
                number = partial.bytes[3]
                isPartialDone = true
            }
            let isInOrder = number == sequence
            sequence = number &+ 1
            if payload.count < PacketFramer.payloadBytesMax && !isJoining {
                return Packet(payload: payload, isInOrder: isInOrder)
            }
            if let packet = try join(payload, isInOrder: isInOrder) { return packet }
        }
    }

    /// Copies into `partial` what there is of a packet of `packetBytes` in all.
    private mutating func hold(_ bytes: UnsafeRawBufferPointer, from offset: inout Int, upTo packetBytes: Int) {
        let missing = packetBytes - partial.count
        let taken = min(missing, bytes.count - offset)
        // At most 16 MiB: what one packet can announce.
        _ = partial.reserve(missing)
        partial.append(UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + taken]))
        offset += taken
    }

    /// Continues the packet in `partial`; true once it is whole.
    private mutating func completePartial(_ bytes: UnsafeRawBufferPointer, from offset: inout Int) -> Bool {
        if partial.count < PacketFramer.headerBytes {
            hold(bytes, from: &offset, upTo: PacketFramer.headerBytes)
            guard partial.count == PacketFramer.headerBytes else { return false }
        }
        let header = UInt32(littleEndian: partial.bytes.loadUnaligned(as: UInt32.self))
        let packetBytes = PacketFramer.headerBytes + Int(header & 0xFF_FFFF)
        hold(bytes, from: &offset, upTo: packetBytes)
        return partial.count == packetBytes
    }

    private mutating func join(_ payload: UnsafeRawBufferPointer, isInOrder: Bool) throws(MySQLError) -> Packet? {
        guard joined.count + payload.count <= joinedBytesMax else {
            throw MySQLError(
                .protocolViolation,
                "the server sent a packet of more than \(joinedBytesMax) bytes"
            )
        }
        isJoinedInOrder = (isJoining ? isJoinedInOrder : true) && isInOrder
        isJoining = payload.count == PacketFramer.payloadBytesMax
        joined.append(payload)
        if isPartialDone { forgetPartial() }
        guard !isJoining else { return nil }
        isJoinedDone = true
        return Packet(payload: joined.bytes, storage: joined, isInOrder: isJoinedInOrder)
    }

    private mutating func forgetPartial() {
        isPartialDone = false
        if partial.capacity > PacketFramer.keptBytesMax { partial = GrowableBytes() } else { partial.removeAll() }
    }

    private mutating func forgetJoined() {
        isJoinedDone = false
        // Whoever was given it may keep it.
        joined = GrowableBytes()
    }
}
