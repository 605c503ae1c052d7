import ColumnarBytes
import MySQLProtocol

/// Builds events the way a server lays them out, without a checksum.
enum EventBytes {
    static func event(
        type: UInt8,
        flags: UInt16 = 0,
        position: UInt32 = 0,
        body: [UInt8]
    ) -> [UInt8] {
        integer(UInt32(1_700_000_000)) + [type] + integer(UInt32(77)) + integer(UInt32(19 + body.count))
            + integer(position) + integer(flags) + body
    }

    static func integer<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    /// An event as it is in the file → the same without its checksum.
    static func withoutChecksum(_ event: [UInt8]) -> [UInt8] {
        var event = Array(event.dropLast(4))
        event.replaceSubrange(9..<13, with: integer(UInt32(event.count)))
        return event
    }

    /// A compressed transaction of "compression" none.
    static func payload(_ events: [[UInt8]]) -> [UInt8] {
        let inner = Array(events.joined())
        let size = [253] + integer(UInt32(inner.count)).prefix(3)
        // Fields: compression (255 as a length-encoded integer), payload size, end.
        return event(type: 40, body: [2, 3, 252, 255, 0] + [1, 4] + size + [0] + inner)
    }

    static func withChecksum(_ event: [UInt8]) -> [UInt8] {
        var event = event
        event.replaceSubrange(9..<13, with: integer(UInt32(event.count + 4)))
        return event + integer(event.withUnsafeBytes { CRC32.checksum($0) })
    }
}

/// Decodes one event that has no checksum.
func decode(_ event: [UInt8], unpacksPayloads: Bool = true) throws -> [BinlogEvent] {
    var decoder = BinlogDecoder(checksum: BinlogChecksum.none, unpacksPayloads: unpacksPayloads)
    var events: [BinlogEvent] = []
    try event.withUnsafeBytes { try decoder.decode($0) { events.append($1) } }
    return events
}
