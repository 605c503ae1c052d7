import LeatState
import MySQLProtocol
import MySQLSchema
import PipelineCore
import Testing
import Warehouse

@testable import MySQLReplication

@Suite("What the stream counts")
struct StreamCountsTests {
    private func state(waitingMax: Int) throws -> StreamState {
        var state = StreamState(
            limits: .init(rows: 1000, bytes: 1 << 20, interval: .zero, outstandingBytes: waitingMax),
            received: GTIDSet(),
            plan: try ReplayPlan([]),
            heartbeat: TableName(database: BinlogWriter.database, table: "beats"),
            isWanted: { $0.table != "ignored" }
        )
        for table in ["orders", "beats"] { state.follow(try Self.mapping(table)) }
        return state
    }

    private static func mapping(_ table: String) throws -> TableMapping {
        let columns = ["id", "v"].map { ColumnDefinition(name: $0, columnType: "int", isNullable: false) }
        let name = TableName(database: BinlogWriter.database, table: table)
        return try TableMapping(
            TableDefinition(name: name, columns: columns, primaryKey: ["id"]),
            database: name.database
        )
    }

    private func take(_ sequence: Int64, _ rows: [BinlogWriter.Rows], _ state: inout StreamState) throws -> Int {
        let events = try BinlogWriter.transaction(sequence, rows)
        for event in events { try event.withUnsafeBytes { try state.take($0) } }
        return events.reduce(0) { $0 + $1.count }
    }

    @Test("transactions, bytes and changed rows by table, quarantined ones too, once each; nothing of other tables")
    func changes() throws {
        var state = try state(waitingMax: .max)
        state.stop(TableName(database: BinlogWriter.database, table: "broken"), asQuarantined: true)
        var bytes = try take(
            1,
            [
                .init(table: "orders", changes: [.insert(id: 1, v: 1), .insert(id: 2, v: 2), .delete(id: 1, v: 1)]),
                .init(table: "ignored", changes: [.insert(id: 1, v: 1)]),
            ],
            &state
        )
        bytes += try take(
            2,
            [
                .init(table: "orders", changes: [.update(from: (2, 2), to: (3, 2))]),
                .init(table: "broken", changes: [.insert(id: 7, v: 1)]),
            ],
            &state
        )
        let counts = state.takeCounts()
        #expect(counts.transactions == 2)
        #expect(counts.bytes == bytes)
        #expect(counts.changes.keys.sorted() == ["shop.broken", "shop.orders"])
        let orders = try #require(counts.changes["shop.orders"])
        #expect((orders.inserts, orders.updates, orders.deletes) == (2, 1, 1))
        #expect(counts.changes["shop.broken"]?.inserts == 1)
        #expect(counts.isAlive)
        #expect(counts.heartbeatCommit == 0)

        let none = state.takeCounts()
        #expect(none.transactions == 0 && none.bytes == 0 && none.changes.isEmpty && !none.isAlive)
        _ = try take(3, [.init(table: "orders", changes: [.insert(id: 9, v: 1)])], &state)
        #expect(state.takeCounts().changes["shop.orders"]?.inserts == 1)
    }

    @Test("a heartbeat row shows when the source committed it")
    func heartbeat() throws {
        var state = try state(waitingMax: .max)
        _ = try take(5, [.init(table: "beats", changes: [.insert(id: 1, v: 1)])], &state)
        #expect(state.takeCounts().heartbeatCommit == 1_700_000_000_000_005)
    }

    @Test("while more waits than may, the time counts, also before it is over")
    func held() async throws {
        var state = try state(waitingMax: 10)
        _ = try take(1, [.init(table: "orders", changes: [.insert(id: 1, v: 1), .insert(id: 2, v: 2)])], &state)
        #expect(!state.isBlocked)
        #expect(state.takeCounts().held == .zero)
        state.cutIfDue(.now + .seconds(1))
        #expect(state.isBlocked)
        var held = Duration.zero
        var waiting = 0
        try await waitUntil {
            let counts = state.takeCounts()
            held += counts.held
            waiting = counts.waitingBytes
            return held > .milliseconds(20)
        }
        #expect(waiting == 50, "two rows of 25 bytes in memory")
        #expect(state.takeCounts().waitingBytesMax == 10)
        state.release(bytes: 50)
        #expect(!state.isBlocked && state.isIdle)
        _ = state.takeCounts()
        #expect(state.takeCounts().held == .zero)
    }

    private func waitUntil(_ condition: () -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(10)
        while !condition() {
            try #require(.now < deadline)
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}
