import ColumnarBytes

/// `GTID_EVENT`, `ANONYMOUS_GTID_EVENT` and `GTID_TAGGED_LOG_EVENT`: a transaction begins.
/// https://dev.mysql.com/doc/dev/mysql-server/latest/classmysql_1_1binlog_1_1event_1_1Gtid__event.html
public struct GTIDEvent: Equatable, Sendable {
    /// nil for an anonymous transaction (`gtid_mode` off).
    public let gtid: GTID?
    /// Whether statements may be logged as such rather than as rows.
    public let mayHaveStatements: Bool
    /// Logical clock: the transaction can run concurrently with all later than this one.
    public let lastCommitted: Int64
    /// Logical clock: the transaction's number in this file.
    public let sequenceNumber: Int64
    /// When the transaction was committed on the server that first ran it: microseconds since 1970; 0 if unknown.
    public let originalCommitMicroseconds: UInt64
    /// When it was committed on the server that sends it: microseconds since 1970; 0 if unknown.
    public let immediateCommitMicroseconds: UInt64
    /// Bytes of the whole transaction in the binlog, this event included; 0 if unknown.
    public let transactionLength: UInt64

    /// Decodes types 33 and 34.
    ///
    /// - Throws: ``GTIDError``; `ByteCursorError`.
    init(decoding bytes: inout ByteCursor, isAnonymous: Bool) throws {
        mayHaveStatements = try bytes.read(UInt8.self) & 1 != 0
        let uuid = try MySQLUUID(decoding: &bytes)
        let sequence = try bytes.read(Int64.self)
        gtid = isAnonymous ? nil : try GTID(uuid: uuid, sequence: sequence)
        // Below: absent before 5.7, 8.0.1, 8.0.2 and 8.0.14.
        guard bytes.remaining > 0, try bytes.read(UInt8.self) == 2 else {
            _ = bytes.readRest()
            lastCommitted = 0
            sequenceNumber = 0
            originalCommitMicroseconds = 0
            immediateCommitMicroseconds = 0
            transactionLength = 0
            return
        }
        lastCommitted = try bytes.read()
        sequenceNumber = try bytes.read()
        if bytes.remaining >= 7 {
            // Bit 55 says that the original time follows; else both are the same.
            let word = try bytes.readUInt(width: 7)
            immediateCommitMicroseconds = word & ~(1 << 55)
            originalCommitMicroseconds =
                word & (1 << 55) != 0 ? try bytes.readUInt(width: 7) : immediateCommitMicroseconds
        } else {
            originalCommitMicroseconds = 0
            immediateCommitMicroseconds = 0
        }
        transactionLength = bytes.isAtEnd ? 0 : try bytes.readLengthEncodedInteger()
        // Server versions and the group commit's ticket.
        _ = bytes.readRest()
    }

    /// Decodes type 42: a message of mysql::serialization, whose fields each begin with their number.
    ///
    /// - Throws: ``GTIDError``, ``BinlogError``; `ByteCursorError`.
    init(decodingTagged bytes: inout ByteCursor) throws {
        let type = BinlogEventType.taggedGTID.rawValue
        guard try bytes.readSerializedUInt() == 1 else {
            throw BinlogError.malformed(type: type, reason: "unknown version of the serialization")
        }
        // The size counts the message from the version on; the event ends with it.
        _ = try bytes.readSerializedUInt()
        guard try bytes.readSerializedUInt() <= 11 else {
            throw BinlogError.malformed(type: type, reason: "a field that is unknown and must not be ignored")
        }
        var flags: UInt64 = 0
        var uuid: MySQLUUID?
        var sequence: Int64?
        var tag = ""
        var lastCommitted: Int64 = 0
        var sequenceNumber: Int64 = 0
        var immediate: UInt64 = 0
        var original: UInt64?
        var length: UInt64 = 0
        var previousField = -1
        while !bytes.isAtEnd {
            let field = Int(clamping: try bytes.readSerializedUInt())
            guard field > previousField else {
                throw BinlogError.malformed(type: type, reason: "fields out of order")
            }
            previousField = field
            switch field {
            case 0: flags = try bytes.readSerializedUInt()
            case 1: uuid = try MySQLUUID(decodingSerialized: &bytes)
            case 2: sequence = try bytes.readSerializedInt()
            case 3:
                let count = try bytes.readSerializedUInt()
                guard count <= 32 else { throw GTIDError.invalidTag }
                tag = String(decoding: try bytes.readBytes(Int(count)), as: UTF8.self)
            case 4: lastCommitted = try bytes.readSerializedInt()
            case 5: sequenceNumber = try bytes.readSerializedInt()
            case 6: immediate = try bytes.readSerializedUInt()
            case 7: original = try bytes.readSerializedUInt()
            case 8: length = try bytes.readSerializedUInt()
            case 9, 10, 11: _ = try bytes.readSerializedUInt()
            default:
                // Newer and ignorable, as the third number said; its own layout is not known, so the rest is skipped.
                _ = bytes.readRest()
            }
        }
        guard let uuid, let sequence else {
            throw BinlogError.malformed(type: type, reason: "no UUID or no sequence number")
        }
        gtid = try GTID(uuid: uuid, tag: tag, sequence: sequence)
        mayHaveStatements = flags & 1 != 0
        self.lastCommitted = lastCommitted
        self.sequenceNumber = sequenceNumber
        immediateCommitMicroseconds = immediate
        originalCommitMicroseconds = original ?? immediate
        transactionLength = length
    }
}

extension MySQLUUID {
    /// Sixteen bytes, each a variable-length integer of its own.
    init(decodingSerialized bytes: inout ByteCursor) throws {
        var halves: [UInt64] = [0, 0]
        for index in 0..<16 {
            let byte = try bytes.readSerializedUInt()
            guard byte <= 255 else { throw GTIDError.invalidUUID }
            halves[index / 8] = halves[index / 8] << 8 | byte
        }
        self.init(high: halves[0], low: halves[1])
    }
}
