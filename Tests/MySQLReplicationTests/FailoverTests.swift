import LeatState
import MySQLProtocol
import MySQLSchema
import PipelineCore
import Testing
import Warehouse

@testable import MySQLReplication

/// What the simulator has found about changes of the host, one by one.
@Suite("A change of the host")
struct FailoverTests {
    private static func set(_ sequences: String) throws -> GTIDSet {
        try GTIDSet(parsing: "\(BinlogWriter.uuid):\(sequences)")
    }

    private static func rows(of table: String) -> BinlogWriter.Piece {
        .rows(.init(table: table, changes: [.insert(id: 1, v: 1)]))
    }

    // MARK: What a host must have

    @Test("a transaction with rows of tables that are not to be followed is no reason to refuse a host")
    func otherTables() throws {
        var fixture = try StreamFixture()
        try fixture.take(1, [.begin, Self.rows(of: "ignored"), .xid])
        try fixture.take(2, [.begin, Self.rows(of: "ignored"), Self.rows(of: "a"), .xid])
        #expect(try fixture.state.needs.quiet == Self.set("1"))
        #expect(try fixture.state.needs.changing == Self.set("2"))
    }

    @Test("a transaction with a statement in place of rows is one")
    func statement() throws {
        var fixture = try StreamFixture()
        try fixture.take(1, [.begin, .query("UPDATE shop.a SET v = 1", databases: ["shop"]), .xid])
        #expect(try fixture.state.needs.changing == Self.set("1"))
        #expect(fixture.state.needs.quiet.isEmpty)
    }

    @Test("of a transaction in the middle of which the connection broke only rows that were taken are needed")
    func interrupted() throws {
        var fixture = try StreamFixture()
        try fixture.take(try [BinlogWriter.gtid(1), BinlogWriter.begin])
        #expect(try fixture.state.seen == Self.set("1"))
        fixture.state.forgetConnection()
        #expect(fixture.state.needs.seen.isEmpty && fixture.state.seen.isEmpty)
        try fixture.take(1, [.begin, Self.rows(of: "a")])
        fixture.state.forgetConnection()
        #expect(try fixture.state.needs.seen == Self.set("1"))
        // The next connection does not come as far.
        try fixture.take(try [BinlogWriter.gtid(1), BinlogWriter.begin])
        fixture.state.forgetConnection()
        #expect(try fixture.state.needs.changing == Self.set("1"))
    }

    // MARK: Copies

    private static let name = TableName(database: "shop", table: "a")

    private static func copying(readFrom server: String = "server") throws -> TableLifecycle {
        var lifecycle = TableLifecycle(
            isWanted: { _ in true },
            warehouseDatabase: { $0 },
            carriesDatesAsText: { _ in true }
        )
        let definition = try StreamFixture.mapping("a").definition
        let event = TableEvent.adopted(definition, raw: nil, generation: 0, number: 3, server: server)
        lifecycle.commit(try #require(lifecycle.step(for: event)))
        return lifecycle
    }

    @Test("a copy is recorded with the server that it is read from, and is made again at another one")
    func copyAtAnotherHost() throws {
        var lifecycle = try Self.copying()
        #expect(lifecycle.tables[Self.name]?.state.readFrom == "server")
        #expect(lifecycle.step(for: .hostDiffers(Self.name, copiedFrom: 2)) == nil, "an earlier copy")
        lifecycle.commit(try #require(lifecycle.step(for: .hostDiffers(Self.name, copiedFrom: 3))))
        #expect(lifecycle.toAdopt == [Self.name])
    }

    @Test("a copy that has ended is made again where the host lacks what it waits for")
    func copyBeyond() throws {
        var lifecycle = try Self.copying()
        let copied = TableEvent.copied(Self.name, copiedFrom: 3, position: try Self.set("1-9"), applied: GTIDSet())
        #expect(lifecycle.copiesBeyond(GTIDSet(), GTIDSet()).isEmpty, "it has not ended")
        lifecycle.commit(try #require(lifecycle.step(for: copied)))
        #expect(lifecycle.copiesBeyond(try Self.set("1-7"), try Self.set("8-9")).isEmpty)
        #expect(lifecycle.copiesBeyond(try Self.set("1-8"), try Self.set("1-7")).map(\.name) == [Self.name])
    }

    @Test("what a copy had begun before a crash and not recorded is set aside with DROP TABLE")
    func droppedBeforeItWasRecorded() throws {
        let lifecycle = TableLifecycle(
            isWanted: { $0.table == "a" },
            warehouseDatabase: { "p_\($0)" },
            carriesDatesAsText: { _ in true }
        )
        let step = try #require(lifecycle.step(for: .dropped(Self.name, number: 4)))
        #expect(step.finish.contains(.setAside(database: "p_shop", name: "a", batch: 4)))
        let other = TableName(database: "shop", table: "ignored")
        #expect(lifecycle.step(for: .dropped(other, number: 4)) == nil)
    }
}
