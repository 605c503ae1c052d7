import LeatState
import MySQLProtocol
import PipelineCore
import Testing
import Warehouse

@testable import MySQLReplication

@Suite("ReplayPlan")
struct ReplayPlanTests {
    private static let uuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562"

    private func gtid(_ sequence: Int64) throws -> GTID {
        try GTID(uuid: MySQLUUID(parsing: Self.uuid), sequence: sequence)
    }

    private func text(_ sequence: Int64) throws -> String { try gtid(sequence).description }

    @Test("each transaction goes back into the batch that it was defined in")
    func routes() throws {
        var plan = try ReplayPlan([
            BatchDefinition(number: 7, kind: .stream, position: "\(Self.uuid):1-2"),
            BatchDefinition(number: 8, kind: .range, table: "shop.t", detail: "{}"),
            BatchDefinition(number: 9, kind: .stream, position: "\(Self.uuid):3"),
        ])
        #expect(plan.pending.map(\.definition.number) == [7, 9])
        #expect(plan.index(of: try gtid(2), text: try text(2), row: 0) == 0)
        #expect(plan.index(of: try gtid(3), text: try text(3), row: 0) == 1)
        #expect(plan.index(of: try gtid(4), text: try text(4), row: 0) == nil)
        #expect(plan.finished(try gtid(1), text: try text(1)).isEmpty)
        // Another order than the first time: the later batch completes first.
        #expect(plan.finished(try gtid(3), text: try text(3)).map(\.definition.number) == [9])
        #expect(plan.finished(try gtid(2), text: try text(2)).map(\.definition.number) == [7])
        #expect(plan.isEmpty)
    }

    @Test("a transaction that was split goes back row by row, and its head completes before its end")
    func split() throws {
        var plan = try ReplayPlan([
            BatchDefinition(
                number: 3,
                kind: .stream,
                position: "\(Self.uuid):1",
                parts: [.init(transaction: try text(2), first: 0, end: 100)]
            ),
            BatchDefinition(
                number: 4,
                kind: .stream,
                position: "\(Self.uuid):2",
                parts: [.init(transaction: try text(2), first: 100, end: BatchDefinition.Part.untilTheEnd)]
            ),
        ])
        _ = plan.finished(try gtid(1), text: try text(1))
        #expect(plan.index(of: try gtid(2), text: try text(2), row: 99) == 0)
        #expect(plan.passed(text: try text(2), row: 99).isEmpty)
        #expect(plan.passed(text: try text(2), row: 100).map(\.definition.number) == [3])
        #expect(plan.index(of: try gtid(2), text: try text(2), row: 100) == 0)
        #expect(plan.covers(try gtid(2)))
        #expect(plan.finished(try gtid(2), text: try text(2)).map(\.definition.number) == [4])
    }

    @Test("what it covers is what copies must wait for")
    func covered() throws {
        let plan = try ReplayPlan([BatchDefinition(number: 1, kind: .stream, position: "\(Self.uuid):5-9")])
        #expect(plan.covered == (try GTIDSet(parsing: "\(Self.uuid):5-9")))
    }

    @Test("copies must wait for a transaction, too, of which only a part is to be replayed")
    func coveredPart() throws {
        var plan = try ReplayPlan([
            BatchDefinition(number: 1, kind: .stream, parts: [.init(transaction: try text(5), first: 0, end: 100)])
        ])
        #expect(plan.covered == (try GTIDSet(parsing: "\(Self.uuid):5")))
        _ = plan.passed(text: try text(5), row: 100)
        #expect(plan.covered.isEmpty)
    }

    @Test("rows of acknowledged parts are known, until their transaction is complete")
    func acknowledgedParts() throws {
        let parts = [
            BatchDefinition.Part(transaction: try text(5), first: 0, end: 100),
            BatchDefinition.Part(transaction: try text(5), first: 100, end: 250),
            BatchDefinition.Part(transaction: try text(4), first: 0, end: 9),
        ]
        var plan = try ReplayPlan(
            [BatchDefinition(number: 8, kind: .stream, parts: [.init(transaction: try text(5), first: 250, end: 300)])],
            acknowledgedParts: parts,
            position: GTIDSet(parsing: "\(Self.uuid):1-4")
        )
        #expect(plan.doneBelow == [try text(5): 250])
        #expect(plan.covered.contains(try gtid(5)))
        #expect(plan.index(of: try gtid(5), text: try text(5), row: 250) == 0)
        _ = plan.finished(try gtid(5), text: try text(5))
        #expect(plan.doneBelow.isEmpty)
    }

    @Test("a barrier keeps its number")
    func barrier() throws {
        let plan = try ReplayPlan([
            BatchDefinition(number: 12, kind: .barrier, position: "\(Self.uuid):5", table: "shop.t")
        ])
        #expect(plan.barrier(of: try gtid(5)) == 12)
        #expect(plan.barrier(of: try gtid(6)) == nil)
    }
}
