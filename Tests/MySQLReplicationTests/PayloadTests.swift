import MySQLProtocol
import PipelineCore
import Testing
import Warehouse

@testable import MySQLReplication

/// Compressed transactions are one event each, of whatever size: they are opened piece by piece.
@Suite("Compressed transactions")
struct PayloadTests {
    /// The GTID, and forty rows in a payload.
    private static func transaction() throws -> [[UInt8]] {
        var pieces: [BinlogWriter.Piece] = [.begin]
        for id in Int32(0)..<40 { pieces.append(.rows(.init(table: "a", changes: [.insert(id: id, v: 0)]))) }
        let events = try BinlogWriter.transaction(1, pieces: pieces + [.xid])
        return [events[0], BinlogWriter.payload(Array(events.dropFirst()))]
    }

    @Test("the source is held back between two events of one payload, and what is left comes when there is room")
    func pause() throws {
        var fixture = try StreamFixture(rows: 1, outstandingBytes: 100)
        // In memory of its own, which is gone when the rest is read.
        try fixture.take(try Self.transaction())
        #expect(fixture.state.isBlocked)
        #expect(fixture.rows(of: "a") == 8, "a batch of eight times a row is more than may wait")
        try fixture.take(2, [.begin, .rows(.init(table: "b", changes: [.insert(id: 1, v: 1)])), .xid])
        #expect(fixture.rows(of: "a") == 8 && fixture.rows(of: "b") == 0, "what comes late waits behind it")
        while let batch = fixture.batches.last, fixture.state.isBlocked {
            fixture.state.release(bytes: batch.heldBytes)
            try fixture.resume()
        }
        fixture.flush()
        #expect(fixture.rows(of: "a") == 40 && fixture.rows(of: "b") == 1)
        #expect(try fixture.hasReceived(2))
    }

    @Test("a barrier within a payload is heard, too: the rows after it wait for their table")
    func barrier() throws {
        var fixture = try StreamFixture(tables: [])
        let events = try BinlogWriter.transaction(
            1,
            pieces: [
                .begin, .query("CREATE TABLE `n` (id INT PRIMARY KEY, v INT) START TRANSACTION"),
                .rows(.init(table: "n", changes: [.insert(id: 1, v: 1)])), .xid,
            ]
        )
        try fixture.take([events[0], BinlogWriter.payload(Array(events.dropFirst()))])
        #expect(fixture.barriers.count == 1)
        fixture.state.follow(try StreamFixture.mapping("n"))
        try fixture.state.endBarrier()
        fixture.flush()
        #expect(fixture.rows(of: "n") == 1 && fixture.refused.isEmpty)
    }

    @Test("a connection that breaks within a payload begins it again, and no row comes twice")
    func broken() throws {
        var fixture = try StreamFixture(rows: 1, outstandingBytes: 100)
        try fixture.take(try Self.transaction())
        fixture.state.forgetConnection()
        for batch in fixture.batches { fixture.state.release(bytes: batch.heldBytes) }
        try fixture.take(try Self.transaction())
        while let batch = fixture.batches.last, fixture.state.isBlocked {
            fixture.state.release(bytes: batch.heldBytes)
            try fixture.resume()
        }
        fixture.flush()
        #expect(fixture.rows(of: "a") == 40)
    }
}
