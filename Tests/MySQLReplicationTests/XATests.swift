import LeatState
import MySQLProtocol
import PipelineCore
import Testing
import Warehouse

@testable import MySQLReplication

/// XA transactions: rows come with XA PREPARE, and count once XA COMMIT has come.
@Suite("XA transactions")
struct XATests {
    private typealias Piece = BinlogWriter.Piece
    private static let id = "X'6162',X'',1"

    private static func prepare(onePhase: Bool = false) -> Piece {
        .raw(
            BinlogWriter.event(
                type: 38,
                [onePhase ? 1 : 0],
                BinlogWriter.integer(Int32(1)),
                BinlogWriter.integer(UInt32(2)),
                BinlogWriter.integer(UInt32(0)),
                Array("ab".utf8)
            )
        )
    }

    private static func first(_ rows: [BinlogWriter.Rows], onePhase: Bool = false) -> [Piece] {
        [.query("XA START \(id)")] + rows.map { .rows($0) } + [.query("XA END \(id)"), prepare(onePhase: onePhase)]
    }

    private static func rows(_ table: String, _ count: Int32) -> BinlogWriter.Rows {
        .init(table: table, changes: (0..<count).map { .insert(id: $0, v: 1) })
    }

    private func positions(_ fixture: StreamFixture) -> GTIDSet {
        fixture.items.reduce(into: GTIDSet()) { sum, item in
            switch item {
            case .batch(let batch): sum.formUnion(batch.transactions)
            case .progress(let set, _): sum.formUnion(set)
            default: break
            }
        }
    }

    private func set(_ text: String) throws -> GTIDSet { try GTIDSet(parsing: "\(BinlogWriter.uuid):\(text)") }

    @Test("rows of a prepared transaction are written with its commit, and its GTID is complete only then")
    func commit() throws {
        var fixture = try StreamFixture()
        try fixture.take(1, Self.first([Self.rows("a", 3), Self.rows("ignored", 2)]))
        try fixture.take(2, [.begin, .rows(Self.rows("b", 1)), .xid])
        fixture.flush()
        #expect(fixture.rows(of: "a") == 0 && fixture.rows(of: "b") == 1)
        #expect(positions(fixture) == (try set("2")))
        #expect(fixture.state.prepared == (try set("1")))
        #expect(fixture.state.received == (try set("1-2")), "over a new connection it is not sent again")
        try fixture.take(3, [.query("XA COMMIT \(Self.id)")])
        fixture.flush()
        #expect(fixture.rows(of: "a") == 3)
        #expect(positions(fixture) == (try set("1-3")))
        #expect(fixture.state.prepared.isEmpty)
        #expect(fixture.refused.isEmpty)
    }

    @Test("a rollback takes its rows away")
    func rollback() throws {
        var fixture = try StreamFixture()
        try fixture.take(1, Self.first([Self.rows("a", 3)]))
        try fixture.take(2, [.query("XA ROLLBACK \(Self.id)")])
        fixture.flush()
        #expect(fixture.rows(of: "a") == 0)
        #expect(positions(fixture) == (try set("1-2")))
        #expect(fixture.refused.isEmpty)
    }

    @Test("a transaction of one phase is written at its end")
    func onePhase() throws {
        var fixture = try StreamFixture()
        try fixture.take(1, Self.first([Self.rows("a", 3)], onePhase: true))
        fixture.flush()
        #expect(fixture.rows(of: "a") == 3)
        #expect(positions(fixture) == (try set("1")))
    }

    @Test("a broken connection within it or after it changes nothing")
    func broken() throws {
        var fixture = try StreamFixture()
        let events = try BinlogWriter.transaction(1, pieces: Self.first([Self.rows("a", 3)]))
        try fixture.take(Array(events.dropLast(2)))
        fixture.state.forgetConnection()
        try fixture.take(events)
        fixture.state.forgetConnection()
        try fixture.take(2, [.query("XA COMMIT \(Self.id)")])
        fixture.flush()
        #expect(fixture.rows(of: "a") == 3)
    }

    @Test("after a restart the prepared transaction comes again, and its rows go into the batch that was defined")
    func restart() throws {
        var before = try StreamFixture(rows: 1)
        try before.take(1, Self.first([Self.rows("a", 20), Self.rows("b", 5)]))
        try before.take(2, [.begin, .rows(Self.rows("c", 1)), .xid])
        before.flush()
        let acknowledged = positions(before)
        #expect(acknowledged == (try set("2")))
        try before.take(3, [.query("XA COMMIT \(Self.id)")])
        before.flush()
        var number: UInt64 = 6
        let definitions = before.batches.dropFirst().map { batch in
            var definition = batch.definition(checksums: false)
            number += 1
            definition.number = number
            return definition
        }
        #expect(definitions.last.map { $0.position } == (try set("1:3").description))
        // Nothing of them was written: both come again, and in between what is there already does not.
        let plan = try ReplayPlan(definitions, position: acknowledged)
        var after = try StreamFixture(received: acknowledged, plan: plan)
        try after.take(1, Self.first([Self.rows("a", 20), Self.rows("b", 5)]))
        try after.take(3, [.query("XA COMMIT \(Self.id)")])
        after.flush()
        #expect(after.batches.map(\.number) == definitions.map(\.number))
        #expect(after.rows(of: "a") == 20 && after.rows(of: "b") == 5)
        #expect(after.state.received == (try set("1-3")))
        #expect(after.state.transactions.plan.isEmpty)
    }

    @Test("a commit of what was prepared before the stream began stops every table; a rollback none")
    func unknown() throws {
        var fixture = try StreamFixture(tables: ["a", "crm.x"])
        try fixture.take(1, [.query("XA ROLLBACK \(Self.id)")])
        #expect(fixture.refused.isEmpty)
        try fixture.take(2, [.query("XA COMMIT \(Self.id)")])
        #expect(Set(fixture.refused) == ["a", "x"])
        #expect(fixture.refusals.first?.refusal.cause.contains(Self.id) == true)
        #expect(try fixture.hasReceived(2))
    }

    @Test("one that is too large to keep stops its tables once it is committed, by name, and no others")
    func tooLarge() throws {
        var fixture = try StreamFixture(bytes: 1000)
        try fixture.take(1, Self.first([Self.rows("a", 200), Self.rows("b", 1)]))
        #expect(fixture.state.transactions.prepared.bytes == 0)
        #expect(fixture.refused.isEmpty)
        try fixture.take(2, [.query("XA COMMIT \(Self.id)")])
        #expect(fixture.refused == ["a", "b"])
        #expect(fixture.refusals.first?.refusal.cause.contains(Self.id) == true)
    }

    @Test("a statement in place of rows stops tables when it is committed")
    func statement() throws {
        var fixture = try StreamFixture()
        let change = Piece.query("UPDATE shop.a SET v = 1", databases: [BinlogWriter.database])
        try fixture.take(1, [.query("XA START \(Self.id)"), change, .query("XA END \(Self.id)"), Self.prepare()])
        #expect(fixture.refused.isEmpty)
        try fixture.take(2, [.query("XA COMMIT \(Self.id)")])
        #expect(fixture.refused == ["a", "b", "c"])
    }

    @Test(
        "a batch of an earlier version, which recorded the prepared transaction by itself, does not wait for its outcome"
    )
    func earlierVersion() throws {
        let plan = try ReplayPlan([
            BatchDefinition(number: 9, kind: .stream, position: try set("1").description)
        ])
        var fixture = try StreamFixture(plan: plan)
        try fixture.take(1, Self.first([Self.rows("a", 1)]))
        #expect(fixture.batches.map(\.number) == [9])
    }

    @Test("identifiers read alike from the event and the statement")
    func identifiers() throws {
        let id = try #require(XATransactionID(parsing: "X'00FF', X'61', -1"))
        #expect(id.description == "X'00ff',X'61',-1")
        #expect(XATransactionID(parsing: id.description) == id)
        for text in ["", "X'0',X'',1", "'a','b',1", "X'zz',X'',1", "X'61'"] {
            #expect(XATransactionID(parsing: text) == nil)
        }
    }
}
