import ColumnarBytes

/// Decodes a stream of binlog events, one whole event (header, body, checksum) a call.
///
/// Keeps what the format needs from one event to the next: the checksum algorithm. Table maps are the caller's to keep
/// (by table id, until the transaction ends). Never traps on what the bytes hold. Not to be copied once in use: copies
/// share their caches.
public struct BinlogDecoder {
    /// The algorithm of the events that follow; nil until the first FORMAT_DESCRIPTION or a checksummed ROTATE was
    /// seen.
    public private(set) var checksum: BinlogChecksum?
    /// Whether compressed transactions are opened and their events delivered in place of them.
    public let unpacksPayloads: Bool
    /// The largest event inside a compressed transaction, in bytes. MySQL writes none above 1 GiB.
    public let payloadEventBytesMax: Int
    private let tableMaps = TableMapCache()
    /// Kept from one compressed transaction to the next.
    private var reader: TransactionPayloadReader?
    /// Whether a compressed transaction has more events, which ``resume(_:)`` delivers.
    public private(set) var isInsidePayload = false

    public init(
        checksum: BinlogChecksum? = nil,
        unpacksPayloads: Bool = true,
        payloadEventBytesMax: Int = 1 << 30
    ) {
        self.checksum = checksum
        self.unpacksPayloads = unpacksPayloads
        self.payloadEventBytesMax = payloadEventBytesMax
    }

    /// Decodes one event and calls `deliver` with it; for a compressed transaction once per event inside.
    ///
    /// - Throws: ``BinlogError``, ``GTIDError``, or what `deliver` throws. After an error of decoding, the stream
    ///   cannot be trusted any more.
    public mutating func decode(
        _ bytes: UnsafeRawBufferPointer,
        _ deliver: (BinlogEventHeader, BinlogEvent) throws -> Void
    ) throws {
        try decodePiecewise(bytes) { header, event in
            try deliver(header, event)
            return true
        }
    }

    /// The same, and stops within a compressed transaction where `deliver` says so: what is left of it is kept, and
    /// delivered by ``resume(_:)``, which has to come before the next event.
    ///
    /// - Parameters:
    ///   - storage: what `bytes` lie in, if that can be kept; otherwise they are copied.
    ///   - deliver: returns whether to continue.
    public mutating func decodePiecewise(
        _ bytes: UnsafeRawBufferPointer,
        in storage: GrowableBytes? = nil,
        _ deliver: (BinlogEventHeader, BinlogEvent) throws -> Bool
    ) throws {
        let (header, event) = try decodeOne(bytes)
        if unpacksPayloads, case .transactionPayload(let payload) = event {
            let reader = self.reader ?? TransactionPayloadReader(payload, eventBytesMax: payloadEventBytesMax)
            self.reader = reader
            reader.restart(with: payload)
            isInsidePayload = true
            try resume(deliver)
            if isInsidePayload { reader.keepRest(in: storage) }
        } else {
            _ = try deliver(header, event)
        }
    }

    /// Resumes within a compressed transaction.
    public mutating func resume(_ deliver: (BinlogEventHeader, BinlogEvent) throws -> Bool) throws {
        guard isInsidePayload, let reader else { return }
        var wantsMore = true
        while wantsMore {
            let hasMore = try reader.next(tableMaps: tableMaps) { wantsMore = try deliver($0, $1) }
            if !hasMore {
                isInsidePayload = false
                reader.forgetRest()
                return
            }
        }
    }

    private mutating func decodeOne(
        _ bytes: UnsafeRawBufferPointer
    ) throws -> (BinlogEventHeader, BinlogEvent) {
        guard bytes.count >= BinlogEventHeader.byteCount else { throw BinlogError.truncated(type: 0) }
        var cursor = ByteCursor(bytes)
        let header = try BinlogEventHeader(decoding: &cursor)
        guard Int(header.eventLength) == bytes.count else {
            throw BinlogError.malformed(type: header.typeCode, reason: "the header gives another length")
        }
        if header.type == .formatDescription {
            checksum = try FormatDescriptionEvent.checksum(ofEvent: bytes)
        } else if checksum == nil, header.type == .rotate,
            BinlogChecksum.isValid(event: bytes, isFormatDescription: false)
        {
            // The artificial ROTATE that opens a stream comes before the FORMAT_DESCRIPTION, but is checksummed
            // already.
            checksum = .crc32
        }
        var body = cursor.rest
        if header.type == .formatDescription || checksum == .crc32 {
            guard body.count >= 4 else { throw BinlogError.truncated(type: header.typeCode) }
            body = UnsafeRawBufferPointer(rebasing: body[..<(body.count - 4)])
        }
        if checksum == .crc32,
            !BinlogChecksum.isValid(event: bytes, isFormatDescription: header.type == .formatDescription)
        {
            throw BinlogError.checksumMismatch(type: header.typeCode, position: header.nextPosition)
        }
        return (header, try BinlogDecoder.decode(body: body, header: header, tableMaps: tableMaps))
    }

    /// Decodes the body of an event, without header and checksum.
    static func decode(
        body: UnsafeRawBufferPointer,
        header: BinlogEventHeader,
        tableMaps: TableMapCache?
    ) throws -> BinlogEvent {
        var cursor = ByteCursor(body)
        do {
            let event = try BinlogEvent(decoding: &cursor, header: header, tableMaps: tableMaps)
            guard cursor.isAtEnd else {
                throw BinlogError.malformed(type: header.typeCode, reason: "bytes left behind the last field")
            }
            return event
        } catch is ByteCursorError {
            throw BinlogError.truncated(type: header.typeCode)
        }
    }
}

extension BinlogEvent {
    /// Decodes the body; the cursor ends at its end.
    init(decoding bytes: inout ByteCursor, header: BinlogEventHeader, tableMaps: TableMapCache?) throws {
        guard let type = header.type else {
            guard header.flags.contains(.ignorable) else {
                throw BinlogError.unknownEvent(type: header.typeCode)
            }
            _ = bytes.readRest()
            self = .ignored
            return
        }
        switch type {
        case .writeRows, .updateRows, .deleteRows, .writeRowsV1, .updateRowsV1, .deleteRowsV1, .partialUpdateRows:
            self = .rows(try RowsEvent(decoding: &bytes, type: type))
        case .tableMap:
            let map = try tableMaps?.tableMap(decoding: &bytes) ?? TableMapEvent(decoding: &bytes)
            self = .tableMap(map)
        case .gtid, .anonymousGTID: self = .gtid(try GTIDEvent(decoding: &bytes, isAnonymous: type == .anonymousGTID))
        case .taggedGTID: self = .gtid(try GTIDEvent(decodingTagged: &bytes))
        case .xid: self = .xid(try XIDEvent(decoding: &bytes))
        case .query: self = .query(try QueryEvent(decoding: &bytes))
        case .transactionPayload: self = .transactionPayload(try TransactionPayloadEvent(decoding: &bytes))
        case .heartbeat: self = .heartbeat(HeartbeatEvent(decoding: &bytes, nextPosition: header.nextPosition))
        case .heartbeatV2: self = .heartbeat(try HeartbeatEvent(decodingVersion2: &bytes))
        case .formatDescription: self = .formatDescription(try FormatDescriptionEvent(decoding: &bytes))
        case .rotate:
            self = .rotate(try RotateEvent(decoding: &bytes, isArtificial: header.flags.contains(.artificial)))
        case .previousGTIDs: self = .previousGTIDs(try PreviousGTIDsEvent(decoding: &bytes))
        case .xaPrepare: self = .xaPrepare(try XAPrepareEvent(decoding: &bytes))
        case .incident: self = .incident(try IncidentEvent(decoding: &bytes))
        case .rowsQuery: self = .rowsQuery(try RowsQueryEvent(decoding: &bytes))
        case .intVar: self = .intVar(try IntVarEvent(decoding: &bytes))
        case .rand: self = .rand(try RandEvent(decoding: &bytes))
        case .userVar: self = .userVar(try UserVarEvent(decoding: &bytes))
        case .stop:
            _ = bytes.readRest()
            self = .stop
        case .ignorable, .transactionContext, .viewChange:
            _ = bytes.readRest()
            self = .ignored
        case .executeLoadQuery: self = .query(try QueryEvent(decodingLoad: &bytes))
        case .appendBlock, .deleteFile, .beginLoadQuery:
            // Parts of a file that an EXECUTE_LOAD_QUERY loads afterwards, or not.
            _ = bytes.readRest()
            self = .ignored
        }
    }
}
