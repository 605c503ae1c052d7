import ColumnarBytes
import MySQLProtocol
import Testing

@Suite("BinlogDecoder")
struct BinlogDecoderTests {
    @Test("the artificial ROTATE that opens a stream says whether events are checksummed")
    func firstRotate() throws {
        for (event, checksum) in [
            (EventBytes.withChecksum(HandmadeEvents.artificialRotate), BinlogChecksum.crc32),
            (HandmadeEvents.artificialRotate, nil),
        ] {
            var decoder = BinlogDecoder()
            try event.withUnsafeBytes { bytes in
                try decoder.decode(bytes) { header, event in
                    guard case .rotate(let rotate) = event else {
                        throw BinlogError.unknownEvent(type: header.typeCode)
                    }
                    #expect(rotate.isArtificial && rotate.fileName == "binlog.000007" && rotate.position == 4)
                }
            }
            #expect(decoder.checksum == checksum)
        }
    }

    @Test("the binlog-in-use flag is not covered by the checksum of FORMAT_DESCRIPTION")
    func inUse() throws {
        var event = try GoldenBinlog.shared.get().events[0]
        event[17] ^= 1
        var decoder = BinlogDecoder()
        try event.withUnsafeBytes { try decoder.decode($0) { _, _ in } }
        event[17] ^= 2
        #expect(throws: BinlogError.checksumMismatch(type: 15, position: 127)) {
            try event.withUnsafeBytes { try decoder.decode($0) { _, _ in } }
        }
    }

    @Test("an unknown event is an error unless it is marked as ignorable")
    func unknown() throws {
        guard case .ignored? = try decode(HandmadeEvents.ignorable).first else {
            Issue.record("not ignored")
            return
        }
        #expect(throws: BinlogError.unknownEvent(type: 99)) { try decode(EventBytes.event(type: 99, body: [])) }
        // MariaDB's GTID event among others.
        #expect(throws: BinlogError.unknownEvent(type: 162)) { try decode(EventBytes.event(type: 162, body: [])) }
    }

    @Test("LOAD DATA as a statement is a query, with the databases that it used; an empty name stands for all")
    func load() throws {
        func query(_ databases: [UInt8]) throws -> QueryEvent? {
            let variables: [UInt8] = [12] + databases
            let header = EventBytes.integer(UInt32(1)) + EventBytes.integer(UInt32(0)) + [1, 0, 0]
            let file = EventBytes.integer(UInt32(7)) + Array(repeating: 0, count: 9)
            let body =
                header + EventBytes.integer(UInt16(variables.count)) + file + variables + Array("d\0LOAD DATA".utf8)
            guard case .query(let event)? = try decode(EventBytes.event(type: 18, body: body)).first else { return nil }
            return event
        }
        let event = try #require(try query([2] + Array("d\0e\0".utf8)))
        #expect(event.sql == "LOAD DATA")
        #expect(event.schema == "d")
        #expect(event.updatedDatabases == ["d", "e"])
        #expect(try query([254])?.updatedDatabases == nil)
        #expect(try query([1, 0])?.updatedDatabases == nil)
    }

    @Test("every known event with nothing in it is an error or holds nothing", arguments: BinlogEventType.allCases)
    func empty(type: BinlogEventType) {
        let event = EventBytes.event(type: type.rawValue, body: [])
        switch type {
        case .stop, .ignorable, .viewChange, .transactionContext, .heartbeat, .heartbeatV2, .beginLoadQuery,
            .appendBlock, .deleteFile:
            #expect(throws: Never.self) { try decode(event) }
        default: #expect(throws: BinlogError.self) { try decode(event) }
        }
    }

    @Test("bytes after the last field are an error")
    func trailing() {
        let event = EventBytes.event(type: 16, body: [1, 2, 3, 4, 5, 6, 7, 8, 9])
        #expect(throws: BinlogError.malformed(type: 16, reason: "bytes left behind the last field")) {
            try decode(event)
        }
    }

    @Test("a wrong length in the header is an error")
    func length() {
        var event = HandmadeEvents.xid
        event[9] += 1
        #expect(throws: BinlogError.self) { try decode(event) }
        #expect(throws: BinlogError.truncated(type: 0)) { try decode([1, 2, 3]) }
    }

    @Test("heartbeats of both versions")
    func heartbeats() throws {
        guard case .heartbeat(let first)? = try decode(HandmadeEvents.heartbeat).first,
            case .heartbeat(let second)? = try decode(HandmadeEvents.heartbeat2).first
        else {
            Issue.record("no heartbeats")
            return
        }
        #expect(first.fileName == "binlog.000007" && first.position == 1234)
        #expect(second.fileName == "binlog.000007" && second.position == 1 << 33)
    }

    @Test("lost events are reported")
    func incident() throws {
        guard case .incident(let event)? = try decode(HandmadeEvents.incident).first else {
            Issue.record("no incident")
            return
        }
        #expect(event.number == 1 && event.message == "LOST_EVENTS")
    }

    @Test("GTID events of all ages")
    func gtids() throws {
        func gtid(_ bytes: [UInt8]) throws -> GTIDEvent {
            guard case .gtid(let event)? = try decode(bytes).first else { throw BinlogError.truncated(type: 33) }
            return event
        }
        let old = try gtid(HandmadeEvents.oldGTID)
        #expect(old.gtid?.description == "abababab-abab-abab-abab-abababababab:5")
        #expect(old.mayHaveStatements && old.originalCommitMicroseconds == 0 && old.transactionLength == 0)
        let anonymous = try gtid(HandmadeEvents.anonymousGTID)
        #expect(anonymous.gtid == nil && anonymous.sequenceNumber == 1)
        let replicated = try gtid(HandmadeEvents.replicatedGTID)
        #expect(replicated.immediateCommitMicroseconds == 1_700_000_000_000_001)
        #expect(replicated.originalCommitMicroseconds == 1_700_000_000_000_000)
        #expect(replicated.transactionLength == 300)
        #expect(throws: GTIDError.invalidInterval) {
            try gtid(EventBytes.event(type: 33, body: [UInt8](repeating: 0, count: 25)))
        }
    }

    @Test("a compressed transaction gives its events, or itself if so wished")
    func payloads() throws {
        let inner = [HandmadeEvents.oldTemporalMap, HandmadeEvents.oldTemporalRows, HandmadeEvents.xid]
        let event = EventBytes.payload(inner)
        let events = try decode(event)
        #expect(events.count == 3)
        guard case .xid(let xid)? = events.last else {
            Issue.record("no XID last")
            return
        }
        #expect(xid.xid == 42)
        guard case .transactionPayload(let payload)? = try decode(event, unpacksPayloads: false).first else {
            Issue.record("no payload")
            return
        }
        #expect(payload.compression == .none)
    }

    @Test("a compressed transaction that is not what it should be stops the stream")
    func badPayloads() throws {
        #expect(throws: BinlogError.corruptPayload(reason: "ends inside an event")) {
            try decode(EventBytes.payload([Array(HandmadeEvents.xid.dropLast())]))
        }
        #expect(throws: BinlogError.corruptPayload(reason: "an event that cannot be part of a transaction")) {
            try decode(EventBytes.payload([EventBytes.payload([HandmadeEvents.xid])]))
        }
        #expect(throws: BinlogError.unknownCompression(7)) {
            try decode(EventBytes.event(type: 40, body: [2, 1, 7, 0]))
        }
        var decoder = BinlogDecoder(checksum: BinlogChecksum.none, payloadEventBytesMax: 30)
        let event = EventBytes.payload([HandmadeEvents.xid, HandmadeEvents.incident])
        var delivered = 0
        #expect(throws: BinlogError.eventTooLarge(bytes: 33, limit: 30)) {
            try event.withUnsafeBytes { try decoder.decode($0) { _, _ in delivered += 1 } }
        }
        #expect(delivered == 1)
        // Real zstd, cut off. (MySQL writes no checksum of its own into the frame: the event's covers it.)
        let golden = try GoldenBinlog.shared.get().events.filter { $0[4] == 40 }.map { EventBytes.withoutChecksum($0) }
        #expect(golden.count >= 4)
        for whole in golden {
            var cut = Array(whole.dropLast(whole.count / 3))
            cut.replaceSubrange(9..<13, with: EventBytes.integer(UInt32(cut.count)))
            #expect(throws: BinlogError.self) { try decode(cut) }
        }
    }

    @Test("what the callback throws comes through as it is")
    func callback() {
        struct Stop: Error {}
        var decoder = BinlogDecoder(checksum: BinlogChecksum.none)
        #expect(throws: Stop.self) {
            try HandmadeEvents.xid.withUnsafeBytes { try decoder.decode($0) { _, _ in throw Stop() } }
        }
    }

    @Test("a vector counts among the columns with a collation")
    func vectorCollation() throws {
        guard case .tableMap(let map)? = try decode(HandmadeEvents.vectorMap).first else {
            Issue.record("no table map")
            return
        }
        #expect(
            map.columns.map(\.type) == [
                .integer(bytes: 4, isUnsigned: false), .text(.utf8), .vector, .text(.other("latin1")), .bytes,
            ]
        )
    }

    @Test("collations of another number of columns are not known, and that is the table's trouble, not the stream's")
    func unknownCollations() throws {
        var body = HandmadeEvents.vectorMapBody
        // The fourth collation is taken away: as of a server that does not count a type.
        let collations: [UInt8] = [0x03, 0x06, 0xFC, 0xFF, 0x00, 0x3F, 0x08, 0x3F]
        let start = try #require(body.firstRange(of: collations)?.lowerBound)
        body.replaceSubrange(start..<start + 8, with: [0x03, 0x05, 0xFC, 0xFF, 0x00, 0x3F, 0x08])
        guard case .tableMap(let map)? = try decode(EventBytes.event(type: 19, body: body)).first else {
            Issue.record("no table map")
            return
        }
        #expect(map.hasFullMetadata)
        #expect(map.columns.map(\.type) == [.integer(bytes: 4, isUnsigned: false), nil, .vector, nil, nil])
    }

    @Test("temporal types and rows of old servers")
    func oldTemporals() throws {
        guard case .tableMap(let map)? = try decode(HandmadeEvents.oldTemporalMap).first else {
            Issue.record("no table map")
            return
        }
        let types: [MySQLType] = [.time(fraction: 0), .dateTime(fraction: 0), .timestamp(fraction: 0)]
        #expect(map.columns.map(\.type) == types)
        #expect(!map.hasFullMetadata)
        let buffers = types.compactMap(\.columnLayout).map { ColumnBuffer(layout: $0, isNullable: true) }
        let decoder = try RowDecoder(
            table: map,
            targets: types.enumerated().map { RowTarget(buffer: $0, type: $1, isKey: false) }
        )
        var bytes = BinlogDecoder(checksum: BinlogChecksum.none)
        try HandmadeEvents.oldTemporalRows.withUnsafeBytes { raw in
            try bytes.decode(raw) { _, event in
                guard case .rows(let rows) = event else { return }
                #expect(rows.operation == .write && rows.tableID == 9 && rows.isStatementEnd)
                var cursor = rows.rows
                while !cursor.isAtEnd { try decoder.decodeRow(&cursor, presence: rows.after, into: buffers) }
            }
        }
        #expect(texts(of: buffers[0], type: types[0]) == ["-838:59:59", nil])
        #expect(texts(of: buffers[1], type: types[1]) == ["2011-12-31 23:59:58", nil])
        #expect(texts(of: buffers[2], type: types[2]) == ["1970-01-01 00:00:01", nil])
    }

    @Test("a table map is decoded again when it differs from the last of its id")
    func tableMaps() throws {
        var other = HandmadeEvents.oldTemporalMap
        // The table's name.
        other[19 + 12] = UInt8(ascii: "u")
        var decoder = BinlogDecoder(checksum: BinlogChecksum.none)
        var names: [String] = []
        for event in [
            HandmadeEvents.oldTemporalMap, HandmadeEvents.oldTemporalMap, other, other, HandmadeEvents.oldTemporalMap,
        ] {
            try event.withUnsafeBytes { bytes in
                try decoder.decode(bytes) { if case .tableMap(let map) = $1 { names.append(map.table) } }
            }
        }
        #expect(names == ["t", "t", "u", "u", "t"])
    }

    @Test(
        "a statement says whether its text is exact",
        arguments: [
            (33, Array("ä".utf8), "ä", true), (8, [0xE4], "ä", true), (33, [0xE4], "\u{FFFD}", false),
            (28, [0xC4, 0xE3], "你", true), (28, [0x61], "a", true), (28, [0x61, 0xC4], "a", false),
        ] as [(UInt16, [UInt8], String, Bool)]
    )
    func statementText(collation: UInt16, bytes: [UInt8], text: String, isExact: Bool) throws {
        // Thread, time, lengths, error; then flags2, charsets, and a code that is not known; then schema and statement.
        let variables = [0, 0, 0, 0, 0] + [4] + EventBytes.integer(collation) + [8, 0, 8, 0] + [99, 1, 2, 3]
        let event = EventBytes.event(
            type: 2,
            body: [1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, UInt8(variables.count), 0] + variables + [0x64, 0] + bytes
        )
        guard case .query(let query)? = try decode(event).first else {
            Issue.record("no query")
            return
        }
        #expect(query.schema == "d" && query.clientCollation == collation && query.connectionCollation == 8)
        #expect(query.sql == text && query.isExactText == isExact)
    }
}
