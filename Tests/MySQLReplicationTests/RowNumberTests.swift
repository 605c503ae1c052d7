import LeatState
import MySQLProtocol
import MySQLSchema
import PipelineCore
import Testing
import Warehouse

@testable import MySQLReplication

/// Rows are numbered within their transaction, and batches record by these numbers which part of it they hold.
@Suite("Row numbers")
struct RowNumberTests {
    /// Forty rows of one table, then ten of another.
    private static func largeTransaction(first: String, second: String) throws -> [[UInt8]] {
        var pieces: [BinlogWriter.Piece] = [.begin]
        for id in Int32(0)..<40 { pieces.append(.rows(.init(table: first, changes: [.insert(id: id, v: 0)]))) }
        for id in Int32(0)..<10 { pieces.append(.rows(.init(table: second, changes: [.insert(id: id, v: 0)]))) }
        return try BinlogWriter.transaction(1, pieces: pieces + [.xid])
    }

    /// Parts of the batches, as after a restart.
    private static func restarted(
        after fixture: StreamFixture,
        isWanted: @escaping @Sendable (String) -> Bool,
        followed: [String]
    ) throws -> StreamFixture {
        let parts = fixture.batches.flatMap { $0.definition(checksums: false).parts }
        return try StreamFixture(
            tables: followed,
            plan: try ReplayPlan([], acknowledgedParts: parts),
            isWanted: { isWanted($0.table) }
        )
    }

    @Test("a table that is left out while a transaction is half written does not move the rows of the others")
    func excluded() throws {
        let events = try Self.largeTransaction(first: "huge", second: "t")
        var before = try StreamFixture(tables: ["huge", "t"], rows: 1)
        try before.take(Array(events.dropLast(30)))
        #expect(before.batches.count > 1)
        var after = try Self.restarted(after: before, isWanted: { $0 == "t" }, followed: ["t"])
        try after.take(events)
        after.flush()
        #expect(after.rows(of: "t") == 10)
        #expect(after.refused.isEmpty)
    }

    @Test("nor does a table that is followed only afterwards")
    func included() throws {
        let events = try Self.largeTransaction(first: "huge", second: "t")
        // From the sixth row of `t` on the process is gone.
        var before = try StreamFixture(tables: ["t"], bytes: 10, isWanted: { $0.table == "t" })
        try before.take(Array(events.dropLast(5)))
        let written = before.rows(of: "t")
        #expect((1..<10).contains(written))
        var after = try Self.restarted(after: before, isWanted: { _ in true }, followed: ["huge", "t"])
        try after.take(events)
        after.flush()
        #expect(written + after.rows(of: "t") == 10)
    }

    @Test("parts that an earlier version recorded stop the tables of their transaction")
    func earlierVersion() throws {
        let part = BatchDefinition.Part(transaction: "\(BinlogWriter.uuid):1", first: 0, end: 5)
        let open = BatchDefinition(
            number: 7,
            kind: .stream,
            position: "",
            parts: [.init(transaction: "\(BinlogWriter.uuid):1", first: 5, end: 20)]
        )
        for plan in [try ReplayPlan([], acknowledgedParts: [part]), try ReplayPlan([open])] {
            var fixture = try StreamFixture(tables: ["a", "b", "c"], plan: plan)
            try fixture.take(try Self.largeTransaction(first: "a", second: "b"))
            fixture.flush()
            #expect(fixture.refused == ["a", "b"])
            #expect(fixture.rows(of: "a") == 0)
            #expect(fixture.refusals.first?.refusal.cause.contains("earlier version") == true)
            #expect(try fixture.hasReceived(1))
            // The next transaction has nothing to do with it.
            try fixture.take(2, [.begin, .rows(.init(table: "c", changes: [.insert(id: 1, v: 1)])), .xid])
            fixture.flush()
            #expect(fixture.rows(of: "c") == 1)
            #expect(fixture.state.transactions.plan.isEmpty)
        }
    }

    @Test("a part says that it counts the rows of all tables")
    func mark() {
        let part = RecordedPart("\(BinlogWriter.uuid):1", first: 3, end: 9)
        #expect(part.recorded.transaction == "\(BinlogWriter.uuid):1*")
        let read = RecordedPart(part.recorded)
        #expect(read.countsAllTables && read.transaction == part.transaction && read.first == 3 && read.end == 9)
        #expect(!RecordedPart(.init(transaction: "\(BinlogWriter.uuid):1", first: 0, end: 1)).countsAllTables)
    }

    @Test("a column of unknown type stops its table only, followed or not, and the stream continues")
    func unknownType() throws {
        // Type 200 does not exist.
        func map(_ table: String) -> [UInt8] {
            BinlogWriter.event(
                type: 19,
                BinlogWriter.tableID(99),
                BinlogWriter.integer(UInt16(1)),
                [4] + Array("shop".utf8) + [0, UInt8(table.utf8.count)] + Array(table.utf8) + [0],
                [1, 200, 0, 0]
            )
        }
        let rows = BinlogWriter.event(
            type: 30,
            BinlogWriter.tableID(99),
            BinlogWriter.integer(UInt16(1)),
            BinlogWriter.integer(UInt16(2)),
            [1, 0xFF, 0xFE, 1, 2, 3]
        )
        for (table, refused) in [("a", ["a"]), ("ignored", []), ("new", [])] {
            var fixture = try StreamFixture()
            let other = BinlogWriter.Rows(table: "b", changes: [.insert(id: 1, v: 1)])
            try fixture.take(1, [.begin, .raw(map(table)), .raw(rows), .rows(other), .xid])
            try fixture.take(2, [.begin, .raw(map(table)), .raw(rows), .xid])
            fixture.flush()
            #expect(fixture.refused == refused)
            #expect(fixture.rows(of: "b") == 1)
            #expect(try fixture.hasReceived(2))
        }
    }
}
