import ColumnarBytes
import MySQLClient
import MySQLSchema
import Synchronization
import Testing
import Warehouse

@testable import MySQLReplication

@Suite("RangeConsumer")
struct RangeConsumerTests {
    private final class Resumes: Sendable {
        let count = Mutex(0)
    }

    private struct Broken: Error {}

    /// Rows of one INT; three of them make a block.
    private struct Fixture {
        let consumer: RangeConsumer
        let pool: RowBatchPool
        let resumes = Resumes()

        init(insertBytes: Int = 1 << 20, firstOrdinal: UInt64 = 0) throws {
            let table = TableDefinition(
                name: TableName(database: "d", table: "t"),
                columns: [ColumnDefinition(name: "id", columnType: "int", isNullable: false)],
                primaryKey: ["id"]
            )
            let mapping = try TableMapping(table, database: "d")
            pool = RowBatchPool(table: mapping.warehouse, keptMax: 4, bytesMax: 1 << 20)
            consumer = try RangeConsumer(
                mapping: mapping,
                limits: .init(blockBytes: 6, insertBytes: insertBytes),
                pool: pool,
                readAt: 0,
                firstOrdinal: firstOrdinal,
                resume: { [resumes] in resumes.count.withLock { $0 += 1 } }
            )
        }

        func feed(_ digit: Int) throws -> ReadDemand {
            try [1, UInt8(ascii: "0") + UInt8(digit)].withUnsafeBytes { try consumer.consume($0) }
        }
    }

    @Test("rows come in blocks of the wanted size, the last one shorter")
    func blocks() async throws {
        let fixture = try Fixture()
        for row in 0..<7 { #expect(try fixture.feed(row) == .more) }
        fixture.consumer.finish()
        var rows: [Int] = []
        while let batch = try await fixture.consumer.next() {
            rows.append(batch.rows)
            fixture.consumer.giveBack(batch)
        }
        #expect(rows == [3, 3, 1])
        #expect(try await !fixture.consumer.hasMore())
        #expect(fixture.consumer.count == 7)
    }

    @Test("one statement's rows become ranges of a size, and the connection pauses when some wait to be begun")
    func consecutive() async throws {
        let resumes = Resumes()
        let first = try Fixture()
        let rows = ConsecutiveConsumers(
            first.consumer,
            rowsMax: 2,
            resume: { resumes.count.withLock { $0 += 1 } },
            next: { try Fixture().consumer }
        )
        func feed(_ digit: Int) throws -> ReadDemand {
            try [1, UInt8(ascii: "0") + UInt8(digit)].withUnsafeBytes { try rows.consume($0) }
        }
        // The fifth begins the third range, of which none is taken.
        for row in 0..<4 { #expect(try feed(row) == .more) }
        #expect(try feed(4) == .pause)
        #expect(try feed(5) == .more, "a late resume brings one more row, which has its place")
        var counts: [UInt64] = []
        for await consumer in rows.started {
            rows.taken()
            #expect(resumes.count.withLock { $0 } == 1)
            if counts.count == 2 { rows.finish() }
            counts.append(consumer.count)
        }
        #expect(counts == [2, 2, 2])
    }

    @Test("with two blocks waiting the connection pauses, and resumes when one is taken")
    func pause() async throws {
        let fixture = try Fixture()
        for row in 0..<8 { #expect(try fixture.feed(row) == .more) }
        #expect(try fixture.feed(8) == .pause)
        // A late `resume` brings one more row: it is kept, and the answer is the same.
        #expect(try fixture.feed(9) == .pause)
        #expect(fixture.resumes.count.withLock { $0 } == 0)
        let first = try #require(try await fixture.consumer.next())
        #expect(first.rows == 3)
        #expect(fixture.resumes.count.withLock { $0 } == 1)
        #expect(try fixture.feed(0) == .more)
        fixture.consumer.finish()
        #expect(try await fixture.consumer.next()?.rows == 3)
        #expect(try await fixture.consumer.next()?.rows == 5)
        #expect(try await fixture.consumer.next() == nil)
        #expect(fixture.resumes.count.withLock { $0 } == 1)
    }

    @Test("an insert ends when it is large enough, and the rest goes into the next")
    func cutBySize() async throws {
        let fixture = try Fixture(insertBytes: 1)
        for row in 0..<7 { _ = try fixture.feed(row) }
        fixture.consumer.finish()
        var inserts: [Int] = []
        while try await fixture.consumer.hasMore() {
            var rows = 0
            while let batch = try await fixture.consumer.next() { rows += batch.rows }
            inserts.append(rows)
        }
        #expect(inserts == [3, 3, 1])
    }

    @Test("an insert that waits for rows ends when its time is over, but none without rows")
    func cutByTime() async throws {
        let fixture = try Fixture()
        fixture.consumer.cutInsert()
        for row in 0..<3 { _ = try fixture.feed(row) }
        #expect(try await fixture.consumer.next()?.rows == 3)
        let end = Task { try await fixture.consumer.next() == nil }
        fixture.consumer.cutInsert()
        #expect(try await end.value)
        _ = try fixture.feed(3)
        fixture.consumer.finish()
        #expect(try await fixture.consumer.hasMore())
        #expect(try await fixture.consumer.next()?.rows == 1)
    }

    @Test("a range of more rows than a version has numbers for is refused, before they run into the next batch's")
    func tooManyRows() throws {
        let fixture = try Fixture(firstOrdinal: UInt64(RowVersion.rowsMax - 1))
        #expect(try fixture.feed(1) == .more)
        let error = #expect(throws: TableCopier.Interruption.self) { try fixture.feed(2) }
        guard case .refused(let refusal)? = error else {
            Issue.record("not refused")
            return
        }
        #expect(refusal.remedy == "leat tables resync d.t")
    }

    @Test("a range that fails wakes whoever waits for rows, with the first reason")
    func failure() async throws {
        let fixture = try Fixture()
        let consumer = fixture.consumer
        let more = Task { try await consumer.hasMore() }
        let rows = Task { try await consumer.next()?.rows }
        fixture.consumer.fail(Broken())
        fixture.consumer.fail(CancellationError())
        await #expect(throws: Broken.self) { try await more.value }
        await #expect(throws: Broken.self) { try await rows.value }
        #expect(fixture.consumer.failure is Broken)
    }

    @Test("cancellation ends the wait for rows")
    func cancellation() async throws {
        let fixture = try Fixture()
        let task = Task { try await fixture.consumer.next() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("batches are reused, but not those that a huge row has made large")
    func pool() throws {
        let fixture = try Fixture()
        let batch = fixture.pool.take()
        fixture.pool.giveBack(batch)
        #expect(fixture.pool.take() === batch)
        batch.columns[0].append(Int32(1))
        batch.finishRow(ordinal: 0, isDeleted: false, committedAt: 0)
        let strict = RowBatchPool(table: batch.table, keptMax: 4, bytesMax: 4)
        strict.giveBack(batch)
        #expect(strict.take() !== batch)
        batch.removeAll()
        fixture.pool.giveBack(batch)
        #expect(fixture.pool.take() === batch)
        #expect(batch.rows == 0)
    }
}
