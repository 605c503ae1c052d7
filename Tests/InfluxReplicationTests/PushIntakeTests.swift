import ClickHouseFormat
import ColumnarBytes
import InfluxProtocol
import LeatState
import NIOCore
import Synchronization
import Testing

@testable import InfluxReplication

@Suite("Pushed points")
struct PushIntakeTests {
    private static let key = MeasurementKey(name: "r")

    private static func table(laterTags: [String] = []) -> SeriesTable {
        let schema = MeasurementSchema(
            name: "r",
            tags: ["d", "s"],
            laterTags: laterTags,
            fields: [
                .init(name: "b", type: .boolean), .init(name: "n", type: .integer), .init(name: "t", type: .float),
                .init(name: "x", type: .string),
            ]
        )
        return SeriesTable(schema: schema, database: "iot", pipeline: "p")
    }

    private struct Unknown: Hashable {
        var key: MeasurementKey
        var time: Int64
    }

    /// What came out of one body: rows as text, and what was unknown.
    private func take(
        _ bodies: String...,
        batchRows: Int = 1000,
        rule: PushRule = PushRuleTests.any
    ) async -> (rows: [String], unknown: Set<Int64>, held: Set<Int64>, budget: Int) {
        let unknown = Mutex<Set<Int64>>([])
        let budget = PushBudget(capacity: 1 << 20)
        let intake = PushIntake(
            budget: budget,
            rule: rule,
            windowLength: 60_000_000_000,
            batchRows: batchRows,
            batchBytes: 1 << 20
        ) { _, time in
            unknown.withLock { _ = $0.insert(time) }
        }
        _ = await intake.follow(PushTarget(key: Self.key, table: Self.table()))
        for body in bodies {
            let buffer = ByteBuffer(string: body)
            #expect(budget.take(buffer.readableBytes))
            await intake.push(buffer, precision: .nanoseconds, policy: nil, reserved: buffer.readableBytes)
        }
        var rows: [String] = []
        while let batch = await intake.take(Self.key) {
            rows += Self.text(batch.rows)
            budget.giveBack(batch.rows.byteCount)
        }
        let held = await intake.takeHeld(Self.key)?.windows ?? []
        return (rows, unknown.withLock { $0 }, held, budget.bytes)
    }

    /// `d|s|time|b|n|t|x`, NULL as `-`.
    private static func text(_ rows: SeriesRows) -> [String] {
        (0..<rows.rows).map { row in
            zip(rows.columns, rows.buffers).map { column, buffer in
                if buffer.isNullable, buffer.nulls.bytes[row] == 1 { return "-" }
                switch column.kind {
                case .time, .field(.integer):
                    return "\(buffer.data.bytes.loadUnaligned(fromByteOffset: row * 8, as: Int64.self))"
                case .field(.float):
                    return "\(buffer.data.bytes.loadUnaligned(fromByteOffset: row * 8, as: Double.self))"
                case .field(.unsigned):
                    return "\(buffer.data.bytes.loadUnaligned(fromByteOffset: row * 8, as: UInt64.self))"
                case .field(.boolean): return "\(buffer.data.bytes[row])"
                case .tag, .field(.string):
                    var at = 0
                    for _ in 0..<row { at += 1 + Int(buffer.data.bytes[at]) }
                    let bytes = buffer.data.bytes[(at + 1)..<(at + 1 + Int(buffer.data.bytes[at]))]
                    return String(decoding: bytes, as: UTF8.self)
                }
            }.joined(separator: "|")
        }
    }

    @Test("points become rows: absent tags are empty, absent fields NULL, in whatever order they come")
    func rows() async {
        let result = await take(
            #"""
            r,d=1,s=a t=1.5,n=2i,b=true,x="q" 10
            r,s=a,d=1 n=3i 11
            r,d=2 x="",t=4 12
            """#
        )
        #expect(result.rows == ["1|a|10|1|2|1.5|q", "1|a|11|-|3|-|-", "2||12|-|-|4.0|"])
        #expect(result.unknown.isEmpty)
        #expect(result.budget == 0, "all that was taken is given back")
    }

    @Test("what the schema does not know is left out and reported: measurement, tag, field, another type")
    func unknown() async {
        let result = await take("q n=1i 1\nr,z=1 n=1i 2\nr y=1i 3\nr n=1.5 4\nr n=5i 5\nbroken\n")
        #expect(result.rows == ["||5|-|5|-|-"])
        #expect(result.unknown == [1, 2, 3, 4])
        #expect(result.budget == 0)
    }

    @Test("a full batch is closed, and the next one begins")
    func full() async {
        let lines = (0..<25).map { "r,d=1 n=\($0)i \($0)" }.joined(separator: "\n")
        let result = await take(lines, lines, batchRows: 10)
        #expect(result.rows.count == 50)
        #expect(result.rows.last == "1||24|-|24|-|-")
        #expect(result.budget == 0)
    }

    @Test("points that the server may have refused are not written from their push: their windows are named instead")
    func held() async {
        let now = WallTime.now
        let old = now - 7_200_000_000_000
        let result = await take(
            "r n=1i \(old)\nr n=2i \(now)\nr n=3i \(now + 86_400_000_000_000)",
            rule: PushRule(lookback: 900_000_000_000)
        )
        #expect(result.rows == ["||\(now)|-|2|-|-"])
        #expect(result.unknown.isEmpty)
        #expect(
            result.held
                == [old.floored(to: 60_000_000_000), (now + 86_400_000_000_000).floored(to: 60_000_000_000)]
        )
        #expect(result.budget == 0)
    }

    @Test("a new schema closes the batch of the old one")
    func growth() async {
        let budget = PushBudget(capacity: 1 << 20)
        let intake = PushIntake(
            budget: budget,
            rule: PushRuleTests.any,
            windowLength: 60_000_000_000,
            batchRows: 100,
            batchBytes: 1 << 20
        ) { _, _ in }
        _ = await intake.follow(PushTarget(key: Self.key, table: Self.table()))
        await intake.push(ByteBuffer(string: "r n=1i 1"), precision: .nanoseconds, policy: nil, reserved: 0)
        let grown = PushTarget(key: Self.key, table: Self.table(laterTags: ["z"]))
        #expect(await intake.follow(grown) == nil)
        await intake.push(ByteBuffer(string: "r,z=5 n=2i 2"), precision: .nanoseconds, policy: nil, reserved: 0)
        let first = await intake.take(Self.key)
        let second = await intake.take(Self.key)
        #expect(first.map { Self.text($0.rows) } == ["||1|-|1|-|-"])
        #expect(second.map { Self.text($0.rows) } == ["||2|-|2|-|-|5"])
    }

    @Test("rows make a block that decodes to the same values, under the table's types")
    func block() async throws {
        let budget = PushBudget(capacity: 1 << 20)
        let intake = PushIntake(
            budget: budget,
            rule: PushRuleTests.any,
            windowLength: 60_000_000_000,
            batchRows: 100,
            batchBytes: 1 << 20
        ) { _, _ in }
        let table = Self.table()
        _ = await intake.follow(PushTarget(key: Self.key, table: table))
        let body = ByteBuffer(string: "r,d=1 t=2.5,b=t 60000000001\nr,d=1 n=7i -1")
        await intake.push(body, precision: .nanoseconds, policy: nil, reserved: 0)
        let batch = try #require(await intake.take(Self.key))
        let block = try batch.rows.block(for: table)
        #expect(block.count > 0)
        #expect(
            batch.rows.windows(timeAt: batch.target.timePlace, length: 60_000_000_000)
                == [60_000_000_000, -60_000_000_000]
        )
    }
}

@Suite("The budget of waiting bytes")
struct PushBudgetTests {
    @Test("refuses what does not fit beside others, and lets in one that is larger than all when nothing waits")
    func limits() {
        let budget = PushBudget(capacity: 100)
        #expect(budget.take(60))
        #expect(!budget.take(41))
        #expect(budget.take(40))
        budget.giveBack(100)
        #expect(budget.take(500))
        #expect(!budget.take(1))
        budget.giveBack(500)
        #expect(budget.bytes == 0)
    }
}
