import ColumnarBytes

/// `FORMAT_DESCRIPTION_EVENT`: begins every binlog file and says how the events that follow are laid out.
/// https://dev.mysql.com/doc/dev/mysql-server/latest/classmysql_1_1binlog_1_1event_1_1Format__description__event.html
public struct FormatDescriptionEvent: Equatable, Sendable {
    /// Always 4.
    public let binlogVersion: UInt16
    /// Of the server that wrote the file, such as `8.4.3`.
    public let serverVersion: String
    /// Seconds since 1970 if the file is the first after a server start, else 0.
    public let createTimestamp: UInt32
    /// Of all that follows.
    public let checksum: BinlogChecksum

    /// - Throws: ``BinlogError``.
    init(decoding bytes: inout ByteCursor) throws {
        let type = BinlogEventType.formatDescription.rawValue
        binlogVersion = try bytes.read()
        guard binlogVersion == 4 else { throw BinlogError.unsupportedEvent(type: type) }
        let version = try bytes.readBytes(50)
        serverVersion = String(decoding: version.prefix { $0 != 0 }, as: UTF8.self)
        createTimestamp = try bytes.read()
        guard try bytes.read(UInt8.self) == BinlogEventHeader.byteCount else {
            throw BinlogError.malformed(type: type, reason: "event headers are not 19 bytes long")
        }
        // Lengths of the fixed parts, one a type from 1 on, then the checksum algorithm.
        let lengths = bytes.readRest()
        guard let last = lengths.last else { throw BinlogError.truncated(type: type) }
        guard let checksum = BinlogChecksum(rawValue: last) else { throw BinlogError.unknownChecksumAlgorithm(last) }
        self.checksum = checksum
        // Events that are read with a fixed length here, as MySQL 5.6 and later write them.
        let expected: [(BinlogEventType, UInt8)] = [
            (.tableMap, 8), (.writeRowsV1, 8), (.updateRowsV1, 8), (.deleteRowsV1, 8),
            (.writeRows, 10), (.updateRows, 10), (.deleteRows, 10),
        ]
        for (known, length) in expected {
            let index = Int(known.rawValue) - 1
            guard index < lengths.count - 1 else { throw BinlogError.unsupportedEvent(type: type) }
            // 0: a type that this server no longer writes.
            guard lengths[index] == length || lengths[index] == 0 else {
                throw BinlogError.malformed(type: type, reason: "unknown length of a row event's header")
            }
        }
    }

    /// Reads the algorithm of a whole FORMAT_DESCRIPTION event: the byte before the four bytes of checksum, which are
    /// there whatever the algorithm.
    static func checksum(ofEvent bytes: UnsafeRawBufferPointer) throws(BinlogError) -> BinlogChecksum {
        guard bytes.count >= BinlogEventHeader.byteCount + 57 + 5 else {
            throw .truncated(type: BinlogEventType.formatDescription.rawValue)
        }
        let code = bytes[bytes.count - 5]
        guard let checksum = BinlogChecksum(rawValue: code) else { throw .unknownChecksumAlgorithm(code) }
        return checksum
    }
}
