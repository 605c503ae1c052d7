import LeatState
import MySQLProtocol
import MySQLSchema
import Testing
import Warehouse

@testable import MySQLReplication

/// Batches are cut, and the source is held back, by what rows take in memory.
@Suite("Memory of batches")
struct BatchMemoryTests {
    private static let columns = 900
    private static let limit = 1 << 20

    /// `id BIGINT`, and 900 nullable BIGINTs.
    private static func mapping() throws -> TableMapping {
        var columns = [ColumnDefinition(name: "id", columnType: "bigint", isNullable: false)]
        for index in 1...Self.columns {
            columns.append(ColumnDefinition(name: "c\(index)", columnType: "bigint", isNullable: true))
        }
        return try TableMapping(
            TableDefinition(name: StreamFixture.name("wide"), columns: columns, primaryKey: ["id"]),
            database: BinlogWriter.database
        )
    }

    /// Rows that are NULL but for their key, one event or several.
    private static func events(rows: Int, perEvent: Int) throws -> [[UInt8]] {
        var events = [try BinlogWriter.gtid(1), BinlogWriter.query("BEGIN"), BinlogWriter.wideTableMap(9, columns)]
        var ids = (0..<rows).makeIterator()
        var isDone = false
        while !isDone {
            var part: [Int] = []
            while part.count < perEvent, let id = ids.next() { part.append(id) }
            isDone = part.count < perEvent
            if !part.isEmpty { events.append(BinlogWriter.wideRows(9, columns, part)) }
        }
        return events + [BinlogWriter.event(type: 16, BinlogWriter.integer(UInt64(1)))]
    }

    @Test(
        "one transaction of rows that are mostly NULL is divided by what they take in memory, also within one event",
        arguments: [20, 100_000]
    )
    func nulls(perEvent: Int) throws {
        var fixture = try StreamFixture(tables: [], rows: 100_000, bytes: Self.limit)
        fixture.state.follow(try Self.mapping())
        try fixture.take(try Self.events(rows: 2000, perEvent: perEvent))
        fixture.flush()
        // A row takes 900 × 9 + 8 + 17 bytes: 16 MB in all, of which the binlog holds 0.3.
        #expect(fixture.rows(of: "wide") == 2000)
        #expect(fixture.batches.count >= 7)
        for batch in fixture.batches {
            #expect(batch.byteCount < 5 * Self.limit)
            #expect(batch.heldBytes == batch.byteCount)
        }
        let ends = fixture.batches.flatMap { $0.parts.map { RecordedPart($0) } }
        #expect(zip(ends, ends.dropFirst()).allSatisfy { $0.end == $1.first }, "the parts leave nothing out")
    }

    @Test("batches that are replayed hold the source back, too")
    func replay() throws {
        let plan = try ReplayPlan([BatchDefinition(number: 3, kind: .stream, position: "\(BinlogWriter.uuid):1")])
        var fixture = try StreamFixture(outstandingBytes: 10, plan: plan)
        try fixture.take(1, [.begin, .rows(.init(table: "a", changes: [.insert(id: 1, v: 1)])), .xid])
        let batch = try #require(fixture.batches.first)
        #expect(batch.number == 3)
        #expect(batch.heldBytes == 25)
        #expect(fixture.state.isBlocked)
        fixture.state.release(bytes: batch.heldBytes)
        #expect(!fixture.state.isBlocked)
    }

    @Test("rows as they were count, too")
    func beforeImages() throws {
        var state = StreamState(
            limits: .init(rows: 10, bytes: 1 << 20, interval: .zero, outstandingBytes: .max, hasChecksums: true),
            received: GTIDSet(),
            plan: try ReplayPlan([]),
            isWanted: { _ in true }
        )
        state.follow(try StreamFixture.mapping("a"))
        let rows = BinlogWriter.Rows(table: "a", changes: [.update(from: (1, 1), to: (1, 2))])
        for event in try BinlogWriter.transaction(1, [rows]) { try event.withUnsafeBytes { try state.take($0) } }
        state.cutIfDue(.now + .seconds(1))
        guard case .batch(let batch)? = state.takeEmitted().first else {
            Issue.record("no batch")
            return
        }
        #expect(batch.heldBytes == 25 + 8)
    }

    @Test("however many rows a batch may have by the configuration, versions have numbers for all of them")
    func rowsMax() throws {
        var cutter = BatchCutter(limits: .init(rows: .max, bytes: .max / 4, interval: .zero, outstandingBytes: .max))
        for _ in 0..<(RowVersion.rowsMax / 4) { _ = cutter.open.nextOrdinal() }
        #expect(cutter.isFull)
        #expect(!cutter.isOverfull)
        for _ in 0..<(RowVersion.rowsMax / 4) { _ = cutter.open.nextOrdinal() }
        #expect(cutter.isOverfull)
        cutter.cut([])
        #expect(!cutter.isFull)
    }
}
