import ColumnarBytes
import MySQLProtocol
import Testing

/// What a real server logged must decode to what the same server prints.
@Suite("A real server's binlog")
struct GoldenBinlogTests {
    let golden: GoldenBinlog
    let tables: ReplayedTables

    init() throws {
        golden = try GoldenBinlog.shared.get()
        tables = try Self.replay(golden, into: ReplayedTables())
    }

    private static func replay(_ golden: GoldenBinlog, into tables: ReplayedTables) throws -> ReplayedTables {
        var tables = tables
        var decoder = BinlogDecoder()
        for event in golden.events {
            try event.withUnsafeBytes { bytes in
                try decoder.decode(bytes) { header, event in try tables.apply(header, event) }
            }
        }
        #expect(decoder.checksum == .crc32)
        return tables
    }

    @Test(
        "rows decode to what SELECT prints",
        arguments: [
            "integers", "decimals", "bits", "times", "strings", "bytes", "members", "documents", "empty_document",
            "pair_a",
            "pair_b", "wide", "tagged", "parts", "copied", "generated_key",
        ]
    )
    func rows(table: String) throws {
        let expected = try #require(golden.expected[table])
        let rows = try #require(tables.rows[table])
        #expect(tables.failures[table] == nil)
        #expect(expected.count == rows.count)
        let found = Set(rows.values.map { $0.map { $0 ?? "NULL" } })
        for row in expected where !found.contains(row) {
            // Name the cells, not just the row.
            let same = rows.values.first { $0.first == row.first }?.map { $0 ?? "NULL" } ?? []
            for (index, cell) in row.enumerated() where index >= same.count || same[index] != cell {
                Issue.record(
                    "\(table)[\(row[0])], column \(index): \(index < same.count ? same[index] : "–") ≠ \(cell)"
                )
            }
        }
    }

    @Test("floating-point values are the server's, bit for bit")
    func floats() throws {
        let expected = try #require(golden.expected["floats"])
        let rows = try #require(tables.rows["floats"])
        #expect(tables.failures["floats"] == nil)
        for row in expected {
            let found = try #require(rows[row[0]])
            for (cell, value) in zip(row, found) {
                let isEqual =
                    cell == "NULL" ? value == nil : Double(cell)?.bitPattern == value.flatMap { Double($0) }?.bitPattern
                #expect(isEqual, "\(cell) \(value ?? "NULL")")
            }
        }
        #expect(rows.count == expected.count)
    }

    @Test("documents in the large format, from a compressed transaction")
    func largeDocuments() throws {
        let expected = try #require(golden.expected["large_documents"])
        #expect(expected.count == 3)
        for row in expected {
            let document = try #require(tables.rows["large_documents"]?[row[0]]?[1])
            let checksum = Array(document.utf8).withUnsafeBytes { CRC32.checksum($0) }
            #expect("\(document.utf8.count) \(checksum)" == row[1])
        }
    }

    @Test("columns added and dropped in place show in the next table map")
    func instantColumns() throws {
        // The row of the old layout is deleted under the new one, with a value that it never had: not in this replay.
        #expect(tables.tableMaps["instant"]?.columns.map(\.name) == ["c", "id", "b"])
        let rows = try #require(tables.rows["instant"])
        #expect(rows["3"] == ["8", "3", "last"])
        #expect(golden.expected["instant"] == [["8", "3", "last"]])
    }

    @Test("rows of a CREATE TABLE … SELECT are in the DDL's own transaction")
    func createSelect() throws {
        let index = try #require(
            tables.events.firstIndex {
                if case .query(let query) = $0 { query.sql.hasPrefix("CREATE TABLE `copied`") } else { false }
            }
        )
        let next = tables.events[index...].dropFirst().first { if case .gtid = $0 { true } else { false } }
        #expect(next != nil)
        let maps = tables.events[index...].prefix { if case .gtid = $0 { false } else { true } }
            .compactMap { if case .tableMap(let map) = $0 { map.table } else { nil } }
        #expect(maps == ["copied"])
    }

    @Test("GTID events make up gtid_executed")
    func gtids() throws {
        let executed = try GTIDSet(parsing: try #require(golden.expected["gtid_executed"]?.first?.first))
        var seen = GTIDSet()
        for case .gtid(let event) in tables.events {
            seen.insert(try #require(event.gtid))
            #expect(event.originalCommitMicroseconds > 1_600_000_000_000_000)
            #expect(event.originalCommitMicroseconds == event.immediateCommitMicroseconds)
            #expect(event.transactionLength > 0)
        }
        #expect(seen == executed)
        #expect(seen.singleLine == golden.expected["gtid_executed"]?.first?.first)
        #expect(Set(seen.sources.map(\.tag)) == ["", "leat_1", "other"])
        #expect(try GTIDSet(encoded: executed.encodedForDump()) == executed)
    }

    @Test("a compressed transaction that is opened piece by piece holds the same events, when its bytes are gone")
    func piecewise() throws {
        var whole = BinlogDecoder()
        var pieces = BinlogDecoder()
        var stops = 0
        for event in golden.events {
            var expected: [UInt32] = []
            var found: [UInt32] = []
            try event.withUnsafeBytes { bytes in
                try whole.decode(bytes) { header, _ in expected.append(header.eventLength) }
            }
            let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: event.count, alignment: 16)
            copy.copyBytes(from: event)
            try pieces.decodePiecewise(UnsafeRawBufferPointer(copy)) { header, _ in
                found.append(header.eventLength)
                return false
            }
            copy.initializeMemory(as: UInt8.self, repeating: 0xA5)
            copy.deallocate()
            while pieces.isInsidePayload {
                stops += 1
                try pieces.resume { header, _ in
                    found.append(header.eventLength)
                    return false
                }
            }
            #expect(found == expected)
        }
        #expect(stops > 2, "the binlog has compressed transactions")
    }

    @Test("a compressed transaction that is opened piece by piece is read from the storage that it came in")
    func piecewiseInStorage() throws {
        var whole = BinlogDecoder()
        var pieces = BinlogDecoder()
        for event in golden.events {
            var expected: [UInt32] = []
            var found: [UInt32] = []
            try event.withUnsafeBytes { bytes in
                try whole.decode(bytes) { header, _ in expected.append(header.eventLength) }
            }
            var storage: GrowableBytes? = GrowableBytes()
            weak let watched = storage
            try event.withUnsafeBytes { bytes in
                storage?.append(bytes)
                try pieces.decodePiecewise(storage?.bytes ?? bytes, in: storage) { header, _ in
                    found.append(header.eventLength)
                    return false
                }
            }
            storage = nil
            #expect((watched != nil) == pieces.isInsidePayload, "kept as long as it is needed, and no longer")
            while pieces.isInsidePayload {
                try pieces.resume { header, _ in
                    found.append(header.eventLength)
                    return false
                }
            }
            #expect(watched == nil)
            #expect(found == expected)
        }
    }

    @Test("transaction lengths sum to the events' bytes")
    func transactionLengths() throws {
        var decoder = BinlogDecoder(unpacksPayloads: false)
        var announced: UInt64 = 0
        var counted: UInt64 = 0
        var isFirst = true
        for event in golden.events {
            try event.withUnsafeBytes { bytes in
                try decoder.decode(bytes) { _, decoded in
                    switch decoded {
                    case .gtid(let gtid):
                        if !isFirst { #expect(counted == announced) }
                        isFirst = false
                        announced = gtid.transactionLength
                        counted = UInt64(event.count)
                    case .rotate, .stop: break
                    default: counted += UInt64(event.count)
                    }
                }
            }
        }
        #expect(!isFirst)
    }

    @Test("keys, prefixes and visibility come from the table map")
    func metadata() throws {
        let prefix = try #require(tables.tableMaps["prefix_key"])
        #expect(prefix.primaryKey == [.init(column: 0, prefixLength: 10), .init(column: 1, prefixLength: 0)])
        #expect(prefix.database == "golden")
        let pair = try #require(tables.tableMaps["pair_b"])
        #expect(pair.primaryKey.map(\.column) == [1, 0])
        #expect(pair.columns.map(\.isNullable) == [false, false, true, true])
        #expect(try #require(tables.tableMaps["keyless"]).primaryKey.isEmpty)
        let strings = try #require(tables.tableMaps["strings"])
        #expect(strings.columns.filter { !$0.isVisible }.map(\.name) == ["hidden"])
        #expect(strings.columns[5].type == .text(.other("latin1")))
        #expect(strings.columns[12].type == .text(.other("utf32")))
        #expect(strings.columns[13].type == .text(.utf8))
        let integers = try #require(tables.tableMaps["integers"])
        #expect(integers.columns[3].type == .integer(bytes: 2, isUnsigned: false))
        #expect(integers.columns[10].type == .integer(bytes: 8, isUnsigned: true))
        #expect(integers.columns[12].type == .year)
        let bytes = try #require(tables.tableMaps["bytes"])
        #expect(
            bytes.columns.dropFirst().map(\.type) == [
                .binary(length: 4), .binary(length: 255), .bytes, .bytes, .bytes, .bytes, .bytes, .bytes, .geometry,
                .geometry,
            ]
        )
        let members = try #require(tables.tableMaps["members"])
        #expect(members.columns[1].type == .enumeration(["new", "paid", "it's, odd"]))
        #expect(members.columns[3].type == .enumeration(["é", "ü"]))
        #expect(members.columns[4].type == .enumeration(["да", "нет"]))
        #expect(members.columns[8].type == .set(["é", "x"]))
    }

    @Test("a date that is none stops its row and names its column")
    func impossibleDates() throws {
        // The rows come in one event, whose first is fine and whose second stops it.
        #expect(tables.rows["impossible"]?.count == 1)
        #expect(tables.failures["impossible"] as? [RowDecodingError] == [.value(column: 1, .zeroOrPartialDate)])
    }

    @Test("as text each date is what SELECT prints, whatever date it is")
    func dateText() throws {
        let texts = try Self.replay(golden, into: ReplayedTables(hasDateText: true))
        #expect(texts.failures["impossible"] == nil)
        let dates = try #require(texts.rows["impossible"]).values.map { $0.map { $0 ?? "NULL" } }
        #expect(
            Set(dates) == [
                ["1", "2024-01-01", "2024-01-01 00:00:00.000", "2024-01-01 00:00:00.000"],
                ["2", "0000-00-00", "NULL", "NULL"], ["3", "2024-00-10", "NULL", "NULL"],
                ["4", "2024-02-31", "NULL", "NULL"], ["5", "1899-12-31", "NULL", "NULL"],
                ["6", "2300-01-01", "NULL", "NULL"], ["7", "NULL", "0000-00-00 00:00:00.000", "NULL"],
                ["8", "NULL", "2024-10-00 00:00:00.000", "NULL"], ["9", "NULL", "9999-12-31 23:59:59.999", "NULL"],
                ["10", "NULL", "NULL", "0000-00-00 00:00:00.000"],
            ]
        )
        // Every number of digits, and dates that fit.
        let expected = try #require(golden.expected["times"])
        let times = try #require(texts.rows["times"]).values.map { $0.map { $0 ?? "NULL" } }
        #expect(Set(times) == Set(expected))
        #expect(times.count > 5)
    }

    @Test("each impossible date is recognised for what it is")
    func eachImpossibleDate() throws {
        let found = try impossibleDates(dates: golden.events)
        #expect(
            found == [
                .value(column: 1, .zeroOrPartialDate), .value(column: 1, .zeroOrPartialDate),
                .value(column: 1, .zeroOrPartialDate), .value(column: 1, .outOfRange), .value(column: 1, .outOfRange),
                .value(column: 2, .zeroOrPartialDate), .value(column: 2, .zeroOrPartialDate),
                .value(column: 2, .outOfRange),
                .value(column: 3, .zeroOrPartialDate),
            ]
        )
    }

    /// Decodes the table's rows one by one, continuing after each failure.
    private func impossibleDates(dates events: [[UInt8]]) throws -> [RowDecodingError] {
        var errors: [RowDecodingError] = []
        var decoder = BinlogDecoder()
        var map: TableMapEvent?
        for event in events {
            try event.withUnsafeBytes { bytes in
                try decoder.decode(bytes) { _, event in
                    if case .tableMap(let found) = event { map = found.table == "impossible" ? found : nil }
                    guard case .rows(let rows) = event, let map else { return }
                    let types = map.columns.compactMap(\.type)
                    let buffers = types.compactMap(\.columnLayout).map { ColumnBuffer(layout: $0, isNullable: true) }
                    let row = try RowDecoder(
                        table: map,
                        targets: types.enumerated().map { RowTarget(buffer: $0, type: $1, isKey: $0 == 0) }
                    )
                    var cursor = rows.rows
                    while !cursor.isAtEnd {
                        var next = cursor
                        try row.skipRow(&next, presence: rows.after)
                        do throws(RowDecodingError) {
                            try row.decodeRow(&cursor, presence: rows.after, into: buffers)
                        } catch {
                            errors.append(error)
                            let counts = Set(buffers.map(\.rows))
                            #expect(counts.count == 1)
                        }
                        cursor = next
                    }
                }
            }
        }
        return errors
    }

    @Test("what a session switches on its own is recognised")
    func sessionSwitches() throws {
        // MINIMAL and NOBLOB images: three, none of them decoded.
        #expect(
            tables.failures["switches"]?.compactMap { $0 as? RowDecodingError } == [
                .incompleteImage(column: 1), .incompleteImage(column: 1), .incompleteImage(column: 2),
            ]
        )
        // Of one whose document was logged as a difference at least the key.
        #expect(tables.updatedInPart == ["1"])
        #expect(
            tables.events.contains {
                if case .rowsQuery(let event) = $0 {
                    event.sql == "UPDATE switches SET a = 12 WHERE id = 1"
                } else {
                    false
                }
            }
        )
        let minimal = tables.events.compactMap {
            if case .tableMap(let map) = $0, !map.hasFullMetadata { map } else { nil }
        }
        #expect(minimal.map(\.table) == ["switches"])
        #expect(
            minimal.first?.columns.map(\.type) == [
                .integer(bytes: 4, isUnsigned: false), .integer(bytes: 4, isUnsigned: false), .text(.utf8), .json,
            ]
        )
        #expect(minimal.first?.columns.first?.name == nil)
    }

    @Test("vectors are their floats' bytes")
    func vectors() {
        #expect(tables.tableMaps["vectors"]?.columns.map(\.type) == [.integer(bytes: 4, isUnsigned: false), .vector])
        #expect(tables.failures["vectors"] == nil)
        let floats = [1, 2, 3].map { (value: Float) in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
        }
        let text = String(decoding: floats.joined(), as: UTF8.self)
        #expect(tables.rows["vectors"] == ["1": ["1", text]])
    }

    @Test("statements come with their context")
    func statements() throws {
        let queries = tables.events.compactMap { if case .query(let query) = $0 { query } else { nil } }
        #expect(queries.first?.sql == "CREATE DATABASE golden CHARACTER SET utf8mb4")
        #expect(queries.first?.schema == "golden")
        let quoted = try #require(queries.first { $0.sql.hasPrefix("CREATE TABLE \"quoted\"") })
        #expect(quoted.sqlMode == .ansiQuotes)
        #expect(quoted.ddlXID != nil)
        #expect(queries.contains { $0.sql == "ALTER TABLE \"quoted\" COMMENT 'éè'" && $0.clientCollation == 8 })
        #expect(queries.contains { $0.sql == "XA ROLLBACK X'676c6f62616c',X'6272616e6368',7" })
        #expect(
            queries.contains { $0.sql == "ROLLBACK TO `before_more`" }
                || queries.contains { $0.sql.hasPrefix("SAVEPOINT") }
        )
        #expect(queries.contains { $0.sql.hasPrefix("INSERT INTO by_statement") })
        #expect(
            tables.events.contains {
                if case .intVar(let event) = $0 { event.kind == 2 && event.value == 1 } else { false }
            }
        )
        #expect(tables.events.contains { if case .rand = $0 { true } else { false } })
        #expect(tables.events.contains { if case .userVar(let event) = $0 { event.name == "answer" } else { false } })
    }

    @Test("XA transactions end with their identifier")
    func xa() throws {
        let prepared = tables.events.compactMap { if case .xaPrepare(let event) = $0 { event } else { nil } }
        #expect(prepared.map(\.isOnePhase) == [false, true])
        #expect(prepared.first?.globalTransactionID == Array("global".utf8))
        #expect(prepared.first?.branchQualifier == Array("branch".utf8))
        #expect(prepared.first?.formatID == 7)
    }

    @Test("a file begins and ends as it should")
    func frame() throws {
        guard case .formatDescription(let format)? = tables.events.first else {
            Issue.record("no FORMAT_DESCRIPTION first")
            return
        }
        #expect(format.binlogVersion == 4)
        #expect(format.serverVersion.hasPrefix("9."))
        guard case .previousGTIDs(let previous) = tables.events[1] else {
            Issue.record("no PREVIOUS_GTIDS second")
            return
        }
        #expect(previous.gtids.isEmpty)
        guard case .rotate(let rotate)? = tables.events.last else {
            Issue.record("no ROTATE last")
            return
        }
        #expect(rotate.fileName == "binlog.000002" && rotate.position == 4 && !rotate.isArtificial)
        #expect(tables.headers.allSatisfy { $0.serverID == 77 })
    }

    @Test("a flipped bit anywhere in an event is noticed")
    func checksums() throws {
        let format = golden.events[0]
        for event in golden.events.dropFirst().prefix(40) {
            var damaged = event
            // Not in the length, which the framing checks first.
            damaged[damaged.count / 2] ^= 0x10
            var decoder = BinlogDecoder()
            try format.withUnsafeBytes { try decoder.decode($0) { _, _ in } }
            #expect(throws: BinlogError.self) {
                try damaged.withUnsafeBytes { try decoder.decode($0) { _, _ in } }
            }
        }
    }
}
