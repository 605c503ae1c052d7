import ColumnarBytes

/// `TRANSACTION_PAYLOAD_EVENT` (`binlog_transaction_compression`): all events of a transaction after its GTID event, up
/// to and including the commit, compressed. The events inside carry no checksum and no position of their own.
/// https://dev.mysql.com/doc/dev/mysql-server/latest/classmysql_1_1binlog_1_1event_1_1Transaction__payload__event.html
///
/// A ``TransactionPayloadReader`` opens it. A view into the event's bytes: to read on later, copy those first.
public struct TransactionPayloadEvent {
    /// How the payload is compressed.
    public enum Compression: Equatable, Sendable {
        case zstd
        case none
    }

    public let compression: Compression
    /// Bytes of the payload, decompressed, as the event announces it; nil if it does not.
    public let uncompressedByteCount: UInt64?
    /// The compressed bytes, a view into the event's.
    public let payload: UnsafeRawBufferPointer

    /// - Throws: ``BinlogError``; `ByteCursorError`.
    init(decoding bytes: inout ByteCursor) throws {
        let type = BinlogEventType.transactionPayload.rawValue
        var payloadSize: UInt64?
        var compression: Compression?
        var uncompressed: UInt64?
        // Fields of a type, a length and a value, up to a type of 0.
        while true {
            let field = try bytes.readLengthEncodedInteger()
            if field == 0 { break }
            var value = ByteCursor(try bytes.readLengthEncodedBytes())
            switch field {
            case 1: payloadSize = try value.readLengthEncodedInteger()
            case 2:
                let code = try value.readLengthEncodedInteger()
                switch code {
                case 0: compression = .zstd
                case 255: compression = Compression.none
                default: throw BinlogError.unknownCompression(code)
                }
            case 3: uncompressed = try value.readLengthEncodedInteger()
            default: break
            }
        }
        payload = bytes.readRest()
        guard payloadSize == nil || payloadSize == UInt64(payload.count) else {
            throw BinlogError.malformed(type: type, reason: "the payload has another size than announced")
        }
        guard let compression else {
            throw BinlogError.malformed(type: type, reason: "no compression given")
        }
        self.compression = compression
        uncompressedByteCount = uncompressed
    }
}
