import ColumnarBytes
import MySQLProtocol
import Testing

@Suite("RowDecoder")
struct RowDecoderTests {
    /// `CREATE TABLE d.t (id INT, v VARCHAR(20), n TINYINT NOT NULL)`, with signs and the charset.
    static let map: TableMapEvent = {
        let body: [UInt8] =
            [7, 0, 0, 0, 0, 0, 1, 0, 1] + Array("d".utf8) + [0, 1] + Array("t".utf8)
            + [0, 3, 3, 15, 1, 2, 20, 0, 0b010] + [1, 1, 0] + [2, 1, 45]
        guard case .tableMap(let map)? = try? decode(EventBytes.event(type: 19, body: body)).first else {
            preconditionFailure("the map does not decode")
        }
        return map
    }()

    let types: [MySQLType] = [
        .integer(bytes: 4, isUnsigned: false), .text(.utf8), .integer(bytes: 1, isUnsigned: false),
    ]

    private func makeBuffers(nullable: Bool = true) -> [ColumnBuffer] {
        types.compactMap(\.columnLayout).map { ColumnBuffer(layout: $0, isNullable: nullable) }
    }

    private func makeDecoder() throws -> RowDecoder {
        try RowDecoder(
            table: Self.map,
            targets: types.enumerated().map { RowTarget(buffer: $0, type: $1, isKey: $0 == 0) }
        )
    }

    /// Runs `body` over a rows event of the given type, bitmaps and rows.
    private func withRows(
        _ type: UInt8,
        bitmaps: [UInt8],
        rows: [UInt8],
        _ body: (RowsEvent, inout ByteCursor) throws -> Void
    ) throws {
        let event = EventBytes.event(type: type, body: [7, 0, 0, 0, 0, 0, 1, 0, 2, 0, 3] + bitmaps + rows)
        var decoder = BinlogDecoder(checksum: BinlogChecksum.none)
        try event.withUnsafeBytes { raw in
            try decoder.decode(raw) { _, event in
                guard case .rows(let rows) = event else { throw BinlogError.unknownEvent(type: type) }
                var cursor = rows.rows
                try body(rows, &cursor)
            }
        }
    }

    private let row: [UInt8] = [0xF8, 5, 0, 0, 0, 2, 0x61, 0x62, 0xFF]

    @Test("types of a table map without names")
    func mapTypes() {
        #expect(Self.map.columns.map(\.type) == types)
        #expect(Self.map.columns.map(\.isNullable) == [false, true, false])
        #expect(!Self.map.hasFullMetadata)
    }

    @Test("appends to whichever buffers it is given")
    func buffers() throws {
        let decoder = try makeDecoder()
        let sets = [makeBuffers(), makeBuffers(nullable: false), makeBuffers()]
        try withRows(30, bitmaps: [7], rows: row + row + row + row) { event, cursor in
            for index in [0, 1, 2, 0] { try decoder.decodeRow(&cursor, presence: event.after, into: sets[index]) }
            #expect(cursor.isAtEnd)
        }
        #expect(sets.map { $0[1].rows } == [2, 1, 1])
        #expect(texts(of: sets[0][0], type: types[0]) == ["5", "5"])
        #expect(texts(of: sets[1][1], type: types[1]) == ["ab"])
        #expect(texts(of: sets[2][2], type: types[2]) == ["-1"])
    }

    @Test("an image that lacks a column is refused before anything is appended")
    func incomplete() throws {
        let decoder = try makeDecoder()
        let buffers = makeBuffers()
        try withRows(30, bitmaps: [0b101], rows: [0xFC, 5, 0, 0, 0, 1]) { event, cursor in
            #expect(throws: RowDecodingError.incompleteImage(column: 1)) {
                try decoder.decodeRow(&cursor, presence: event.after, into: buffers)
            }
        }
        #expect(buffers.allSatisfy { $0.byteCount == 0 && $0.rows == 0 })
        // Not needed, not missed.
        let partial = try RowDecoder(
            table: Self.map,
            targets: [
                RowTarget(buffer: 0, type: types[0], isKey: true), nil,
                RowTarget(buffer: 1, type: types[2], isKey: false),
            ]
        )
        let two = [buffers[0], buffers[2]]
        try withRows(30, bitmaps: [0b101], rows: [0xFC, 5, 0, 0, 0, 1]) { event, cursor in
            try partial.decodeRow(&cursor, presence: event.after, into: two)
            #expect(cursor.isAtEnd)
        }
        #expect(two.map(\.rows) == [1, 1])
    }

    @Test("a tombstone needs no more than the key")
    func keyOnly() throws {
        let decoder = try makeDecoder()
        let buffers = makeBuffers(nullable: false)
        try withRows(32, bitmaps: [0b001], rows: [0xFE, 9, 0, 0, 0]) { event, cursor in
            try decoder.decodeKeyOnly(&cursor, presence: event.before, into: buffers)
            #expect(cursor.isAtEnd)
        }
        #expect(zip(buffers, types).map { texts(of: $0, type: $1) } == [["9"], [""], ["0"]])
        try withRows(32, bitmaps: [0b110], rows: [0xFC, 0, 1]) { event, cursor in
            #expect(throws: RowDecodingError.incompleteImage(column: 0)) {
                try decoder.decodeKeyOnly(&cursor, presence: event.before, into: buffers)
            }
        }
    }

    @Test("NULL where there must be none names the column and takes the row back")
    func unexpectedNull() throws {
        let decoder = try makeDecoder()
        let buffers = makeBuffers(nullable: false)
        try withRows(30, bitmaps: [7], rows: row + [0b1111_1010, 6, 0, 0, 0, 1]) { event, cursor in
            try decoder.decodeRow(&cursor, presence: event.after, into: buffers)
            #expect(throws: RowDecodingError.value(column: 1, .unexpectedNull)) {
                try decoder.decodeRow(&cursor, presence: event.after, into: buffers)
            }
        }
        #expect(buffers.map(\.rows) == [1, 1, 1])
        #expect(buffers.map { $0.data.count } == [4, 3, 1])
    }

    @Test("a row that ends early takes back what it appended", arguments: 1..<9)
    func truncated(count: Int) throws {
        let decoder = try makeDecoder()
        let buffers = makeBuffers()
        try withRows(30, bitmaps: [7], rows: row + row.prefix(count)) { event, cursor in
            try decoder.decodeRow(&cursor, presence: event.after, into: buffers)
            #expect(throws: RowDecodingError.self) {
                try decoder.decodeRow(&cursor, presence: event.after, into: buffers)
            }
        }
        #expect(buffers.map(\.rows) == [1, 1, 1])
        #expect(buffers.map(\.byteCount) == [5, 4, 2])
    }

    @Test(
        "an update says whether its key changed",
        arguments: [([5, 0, 0, 0], false), ([6, 0, 0, 0], true), ([5, 0, 0, 1], true)] as [([UInt8], Bool)]
    )
    func keyChange(key: [UInt8], isChanged: Bool) throws {
        let decoder = try makeDecoder()
        let after: [UInt8] = [0xFA] + key + [3]
        try withRows(31, bitmaps: [7, 7], rows: row + after + row + after) { event, cursor in
            for _ in 0..<2 {
                let update = try decoder.beginUpdate(&cursor, of: event)
                #expect(update.isKeyChanged == isChanged)
                var before = update.before
                try decoder.skipRow(&before, presence: event.before)
                #expect(before.position == cursor.position)
                try decoder.skipRow(&cursor, presence: event.after)
            }
            #expect(cursor.isAtEnd)
        }
    }

    @Test("a key that the after image lacks is unchanged")
    func minimalUpdate() throws {
        let decoder = try makeDecoder()
        try withRows(31, bitmaps: [0b001, 0b100], rows: [0xFE, 5, 0, 0, 0] + [0xFE, 3]) { event, cursor in
            let update = try decoder.beginUpdate(&cursor, of: event)
            #expect(!update.isKeyChanged)
            #expect(throws: RowDecodingError.incompleteImage(column: 0)) {
                try decoder.decodeRow(&cursor, presence: event.after, into: makeBuffers())
            }
        }
    }

    @Test("the key of an updated row is taken from both images", arguments: [31, 39] as [UInt8])
    func mergedKey(type: UInt8) throws {
        let decoder = try RowDecoder(
            table: Self.map,
            targets: types.enumerated().map { RowTarget(buffer: $0, type: $1, isKey: $0 != 1) }
        )
        let buffers = makeBuffers()
        // An event of differences has options before each image from after; there are no JSON columns here.
        let options: [UInt8] = type == 39 ? [1] : []
        let before: [UInt8] = [0xFC, 5, 0, 0, 0, 0xFF]
        let after: [UInt8] = options + [0xFC, 2, 0x61, 0x62, 3]
        try withRows(type, bitmaps: [0b101, 0b110], rows: before + after + before + after) { event, cursor in
            #expect(!event.isWhole && event.hasDifferences == (type == 39))
            while !cursor.isAtEnd {
                let update = try decoder.beginUpdate(&cursor, of: event)
                #expect(update.isKeyChanged)
                try decoder.decodeKeyOnly(before: update.before, after: &cursor, of: event, into: buffers)
            }
        }
        #expect(buffers.map(\.rows) == [2, 2, 2])
        #expect(Array(buffers[0].data.bytes) == [5, 0, 0, 0, 5, 0, 0, 0] && Array(buffers[2].data.bytes) == [3, 3])
        #expect(Array(buffers[1].nulls.bytes) == [1, 1])
    }

    @Test("an image without columns cannot loop for ever")
    func withoutColumns() throws {
        let decoder = try makeDecoder()
        try withRows(30, bitmaps: [0], rows: [1]) { event, cursor in
            #expect(event.isWithoutColumns)
            #expect(throws: RowDecodingError.incompleteImage(column: 0)) {
                try decoder.skipRow(&cursor, presence: event.after)
            }
            #expect(throws: RowDecodingError.incompleteImage(column: 0)) {
                try decoder.decodeRow(&cursor, presence: event.after, into: makeBuffers())
            }
        }
    }

    @Test("rows of another number of columns than the map's are refused")
    func columnCount() throws {
        let decoder = try makeDecoder()
        let event = EventBytes.event(type: 30, body: [7, 0, 0, 0, 0, 0, 1, 0, 2, 0, 2, 3, 0xFC, 5, 0, 0, 0, 1, 0x61])
        guard case .rows(let rows)? = try decode(event).first else { return }
        #expect(rows.columnCount == 2)
        var cursor = ByteCursor(UnsafeRawBufferPointer(start: nil, count: 0))
        #expect(throws: RowDecodingError.malformed) {
            try decoder.skipRow(&cursor, presence: rows.after)
        }
    }

    @Test("a definition that is not the table map's is refused")
    func mismatch() {
        func make(_ type: MySQLType) throws -> RowDecoder {
            try RowDecoder(table: Self.map, targets: [RowTarget(buffer: 0, type: type, isKey: true), nil, nil])
        }
        #expect(throws: RowDecoderError.typeMismatch(column: 0)) { try make(.integer(bytes: 8, isUnsigned: false)) }
        #expect(throws: RowDecoderError.typeMismatch(column: 0)) { try make(.text(.utf8)) }
        #expect(throws: RowDecoderError.typeMismatch(column: 0)) { try make(.date) }
        #expect(throws: RowDecoderError.typeMismatch(column: 0)) { try make(.vector) }
        #expect(throws: RowDecoderError.unsupportedType(column: 0)) { try make(.text(.other("klingon"))) }
        #expect(throws: RowDecoderError.columnCountMismatch(expected: 1, found: 3)) {
            try RowDecoder(table: Self.map, targets: [nil])
        }
    }

    @Test("a type from the future costs its table, not the stream")
    func unknownType() throws {
        let body: [UInt8] = [7, 0, 0, 0, 0, 0, 1, 0, 1, 0x64, 0, 1, 0x74, 0, 1, 200, 2, 1, 2, 0, 1, 1, 0]
        guard case .tableMap(let map)? = try decode(EventBytes.event(type: 19, body: body)).first else { return }
        #expect(map.unknownType == 200 && map.table == "t" && map.columns.isEmpty)
        #expect(throws: RowDecoderError.unknownType(200)) { try RowDecoder(table: map, targets: [nil]) }
    }
}
