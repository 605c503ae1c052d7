import ColumnarBytes

/// `HEARTBEAT_LOG_EVENT` and its version 2: the source is alive and has sent everything up to a position. Not in the
/// file, and no progress to remember.
public struct HeartbeatEvent: Equatable, Sendable {
    public let fileName: String
    /// Where the source's sender is in the file. Version 1 gives it modulo 2^32.
    public let position: UInt64

    init(decoding bytes: inout ByteCursor, nextPosition: UInt32) {
        fileName = String(decoding: bytes.readRest(), as: UTF8.self)
        position = UInt64(nextPosition)
    }

    /// Version 2: fields of a type, a length and a value, up to a type of 0.
    ///
    /// - Throws: `ByteCursorError`.
    init(decodingVersion2 bytes: inout ByteCursor) throws(ByteCursorError) {
        var name = ""
        var position: UInt64 = 0
        fields: while !bytes.isAtEnd {
            let type = try bytes.readLengthEncodedInteger()
            if type == 0 { break }
            var value = ByteCursor(try bytes.readLengthEncodedBytes())
            switch type {
            case 1: name = String(decoding: value.readRest(), as: UTF8.self)
            case 2: position = try value.readLengthEncodedInteger()
            default: continue fields
            }
        }
        _ = bytes.readRest()
        fileName = name
        self.position = position
    }
}
