import ClickHouseClient
import ClickHouseFormat
import ColumnarBytes
import LeatTestSupport
import Synchronization
import Testing

extension RealClickHouse {
    /// What an insert is relied on for: one block is one part, nothing is changed, and the answer is the truth.
    @Suite("Inserts into a real ClickHouse")
    struct ClickHouseInsertTests {
        @Test(
            "blocks become one part, whatever their size and number",
            arguments: [(500_000, 1), (600_000, 3), (100_000, 3)]
        )
        func onePart(rows: Int, blocks: Int) async throws {
            try await withClickHouse { client in
                try await client.execute(
                    "CREATE OR REPLACE TABLE parts (a UInt64, s String, t Nullable(String)) ENGINE = MergeTree ORDER BY a"
                )
                try await client.execute("SYSTEM STOP MERGES parts")
                let numbers = ColumnBuffer(layout: .fixed(width: 8), isNullable: false)
                let texts = ColumnBuffer(layout: .string, isNullable: false)
                let nullable = ColumnBuffer(layout: .string, isNullable: true)
                for row in 0..<rows {
                    numbers.append(UInt64(row))
                    texts.append(text: "customer \(row) of many, with some text")
                    if row % 3 == 0 { nullable.appendNull() } else { nullable.append(text: "x") }
                }
                let columns = [
                    NativeColumn(name: "a", type: "UInt64", buffer: numbers),
                    NativeColumn(name: "s", type: "String", buffer: texts),
                    NativeColumn(name: "t", type: "Nullable(String)", buffer: nullable),
                ]
                let encoded = GrowableBytes()
                for _ in 0..<blocks { try NativeBlockEncoder.encode(columns: columns, rows: rows, into: encoded) }
                let summary = try await client.insert(into: "parts", columns: ["a", "s", "t"], blocks: encoded)
                #expect(summary.writtenRows == rows * blocks)
                let parts = try await client.rows(
                    "SELECT count(), sum(rows) FROM system.parts WHERE table = 'parts' AND active AND database = currentDatabase()"
                )
                #expect(parts == [["1", "\(rows * blocks)"]])
            }
        }

        /// Blocks of 1000 numbers each, then an end or an error.
        private final class CountingBlocks: InsertBlocks {
            struct Broken: Error {}

            private let left: Mutex<Int>
            private let breaks: Bool

            init(_ count: Int, breaks: Bool = false) {
                left = Mutex(count)
                self.breaks = breaks
            }

            func next() async throws -> GrowableBytes? {
                let number = left.withLock { left in
                    left -= 1
                    return left
                }
                // As rows come from a source: now and then.
                await Task.yield()
                if number < 0 {
                    if breaks { throw Broken() }
                    return nil
                }
                let block = GrowableBytes()
                let column = ColumnBuffer(layout: .fixed(width: 8), isNullable: false)
                for row in 0..<1000 { column.append(UInt64(number * 1000 + row)) }
                try NativeBlockEncoder.encode(
                    columns: [NativeColumn(name: "a", type: "UInt64", buffer: column)],
                    rows: 1000,
                    into: block
                )
                return block
            }
        }

        @Test("blocks that are made while they are sent become one part, and none of them stays if one cannot be made")
        func madeMeanwhile() async throws {
            try await withClickHouse { client in
                try await client.execute("CREATE OR REPLACE TABLE made (a UInt64) ENGINE = MergeTree ORDER BY a")
                try await client.execute("SYSTEM STOP MERGES made")
                let broken = await clickHouseFailure {
                    _ = try await client.insert(into: "made", columns: ["a"], blocks: CountingBlocks(500, breaks: true))
                }
                #expect(broken != nil)
                #expect(try await client.rows("SELECT count() FROM made") == [["0"]])
                let summary = try await client.insert(into: "made", columns: ["a"], blocks: CountingBlocks(500))
                #expect(summary.writtenRows == 500_000)
                let parts = try await client.rows(
                    "SELECT count() FROM system.parts WHERE table = 'made' AND active AND database = currentDatabase()"
                )
                #expect(parts == [["1"]])
                let sums = try await client.rows("SELECT count(), uniqExact(a), max(a) FROM made")
                #expect(sums == [["500000", "500000", "499999"]])
            }
        }

        @Test("a value that does not fit, a NULL and a column too many are errors, and nothing is written")
        func strict() async throws {
            try await withClickHouse { client in
                try await client.execute(
                    "CREATE OR REPLACE TABLE strict (a Int8, s String) ENGINE = MergeTree ORDER BY a"
                )
                let wide = NativeColumn(name: "a", type: "Int32", buffer: .numbers([300 as Int32]))
                let overflow = await clickHouseFailure { try await client.insert("strict", [wide], rows: 1) }
                #expect(overflow?.server?.name == "TYPE_MISMATCH")
                let null = NativeColumn(
                    name: "a",
                    type: "Nullable(Int8)",
                    buffer: .numbers([nil as Int8?], isNullable: true)
                )
                let refused = await clickHouseFailure { try await client.insert("strict", [null], rows: 1) }
                #expect(refused?.server?.name == "TYPE_MISMATCH")
                let stranger = NativeColumn(name: "zz", type: "Int8", buffer: .numbers([1 as Int8]))
                let unknown = await clickHouseFailure { try await client.insert("strict", [stranger], rows: 1) }
                #expect(unknown?.server?.name == "NO_SUCH_COLUMN_IN_TABLE")
                let fitting = NativeColumn(name: "a", type: "Int8", buffer: .numbers([1 as Int8]))
                let block = GrowableBytes()
                try NativeBlockEncoder.encode(columns: [fitting, stranger], rows: 1, into: block)
                let surplus = await clickHouseFailure {
                    _ = try await client.insert(into: "strict", columns: ["a"], blocks: block)
                }
                #expect(surplus?.server?.name == "INCORRECT_DATA")
                for error in [overflow, refused, surplus] { #expect(error?.isTransient == false) }
                let count = try await client.rows("SELECT count() FROM strict")
                #expect(count == [["0"]])
            }
        }

        @Test("whatever bytes a block starts with, the statement ends where it should")
        func firstBytes() async throws {
            try await withClickHouse(compression: .none) { client in
                // Number of columns and rows are a block's first bytes: quotes, comments, semicolons, line feeds among
                // them.
                let pairs =
                    (1...130).map { ($0, 1) } + [(45, 45), (47, 42), (83, 69), (10, 10), (13, 10), (96, 96), (39, 300)]
                for (columns, rows) in pairs {
                    // After "SE" (83 columns, 69 rows) and "T", a name of 84 bytes, a statement might look like
                    // continuing.
                    let names = (0..<columns).map { index in
                        index == 0 ? "TINGS max_threads = 1 " + String(repeating: "-", count: 62) : "c\(index)'`\""
                    }
                    let quoted = names.map { ClickHouseClient.quote(identifier: $0) }
                    let definitions = quoted.map { "\($0) Int64" }.joined(separator: ", ")
                    try await client.execute("CREATE OR REPLACE TABLE first_bytes (\(definitions)) ENGINE = Memory")
                    let block = names.map { name in
                        NativeColumn(
                            name: name,
                            type: "Int64",
                            buffer: .numbers((0..<rows).map { Int64(0x2D2D_2723_3B0A) + Int64($0) })
                        )
                    }
                    let summary = try await client.insert("first_bytes", block, rows: rows)
                    #expect(summary.writtenRows == rows, "\(columns) columns")
                    let seen = try await client.rows("SELECT count(), min(\(quoted[0])) FROM first_bytes")
                    #expect(seen == [["\(rows)", "\(Int64(0x2D2D_2723_3B0A))"]], "\(columns) columns")
                }
            }
        }

        @Test("a token makes a repeated block count once, under another token it counts again")
        func tokens() async throws {
            try await withClickHouse { client in
                try await client.execute(
                    """
                    CREATE OR REPLACE TABLE tokens (a Int64) ENGINE = MergeTree ORDER BY a
                    SETTINGS non_replicated_deduplication_window = 1000
                    """
                )
                let column = NativeColumn(name: "a", type: "Int64", buffer: .numbers([1 as Int64]))
                for (token, count) in [("t1", "1"), ("t1", "1"), ("t2", "2")] {
                    try await client.insert(
                        "tokens",
                        [column],
                        rows: 1,
                        settings: ["insert_deduplicate": "1", "insert_deduplication_token": token]
                    )
                    let rows = try await client.rows("SELECT count() FROM tokens")
                    #expect(rows == [[count]])
                }
            }
        }

        /// A server that is killed between noting a block and committing it must take the repeat.
        @Test("a repeated block is written again, also where the table would drop it")
        func repeats() async throws {
            try await withClickHouse { client in
                try await client.execute(
                    """
                    CREATE OR REPLACE TABLE repeats (a Int64) ENGINE = MergeTree ORDER BY a
                    SETTINGS non_replicated_deduplication_window = 1000
                    """
                )
                let column = NativeColumn(name: "a", type: "Int64", buffer: .numbers([1 as Int64]))
                for count in 1...2 {
                    try await client.insert("repeats", [column], rows: 1)
                    let rows = try await client.rows("SELECT count() FROM repeats")
                    #expect(rows == [["\(count)"]])
                }
                for count in 3...4 {
                    try await client.execute(
                        "INSERT INTO repeats SELECT 2",
                        settings: ClickHouseClient.writeSettings
                    )
                    let rows = try await client.rows("SELECT count() FROM repeats")
                    #expect(rows == [["\(count)"]])
                }
            }
        }

        @Test("a block without rows is an insert of nothing")
        func empty() async throws {
            try await withClickHouse { client in
                try await client.execute("CREATE OR REPLACE TABLE empty (a Int64) ENGINE = MergeTree ORDER BY a")
                let column = NativeColumn(name: "a", type: "Int64", buffer: .numbers([Int64?]()))
                let summary = try await client.insert("empty", [column], rows: 0)
                #expect(summary.writtenRows == 0)
            }
        }

        @Test("as many and as long column names as MySQL permits make no difference")
        func manyColumns() async throws {
            try await withClickHouse { client in
                let names = (0..<1017).map { index in
                    String(repeating: "ü", count: 60) + String(index + 1000)
                }
                let definitions = names.map { "`\($0)` Nullable(Int64)" }.joined(separator: ", ")
                try await client.execute("CREATE OR REPLACE TABLE wide (\(definitions)) ENGINE = Memory")
                let columns = names.map { name in
                    NativeColumn(
                        name: name,
                        type: "Nullable(Int64)",
                        buffer: .numbers([1 as Int64, nil], isNullable: true)
                    )
                }
                let summary = try await client.insert("wide", columns, rows: 2)
                #expect(summary.writtenRows == 2)
            }
        }

        @Test("a server killed in the middle of an insert leaves doubt; one that is down does not")
        func killed() async throws {
            try await withClickHouse { client in
                try await client.execute(
                    "CREATE OR REPLACE TABLE killed (a Int64, s String) ENGINE = MergeTree ORDER BY a"
                )
                let numbers = ColumnBuffer(layout: .fixed(width: 8), isNullable: false)
                let texts = ColumnBuffer(layout: .string, isNullable: false)
                var state: UInt64 = 1
                let rows = 2_000_000
                for row in 0..<rows {
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    numbers.append(Int64(row))
                    texts.append(text: String(state, radix: 36))
                }
                let columns = [
                    NativeColumn(name: "a", type: "Int64", buffer: numbers),
                    NativeColumn(name: "s", type: "String", buffer: texts),
                ]
                let block = GrowableBytes()
                try NativeBlockEncoder.encode(columns: columns, rows: rows, into: block)
                let queryID = "killed-insert"
                let insert = Task {
                    try await client.insert(into: "killed", columns: ["a", "s"], blocks: block, queryID: queryID)
                }
                try await eventually("the insert has begun", every: .milliseconds(1)) {
                    try await client.rows("SELECT count() FROM system.processes WHERE query_id = '\(queryID)'") != [
                        ["0"]
                    ]
                }
                try await ClickHouseServer.shared.kill()
                let lost = await clickHouseFailure { _ = try await insert.value }
                #expect(lost?.code == .connectionLost)
                #expect(lost?.isTransient == true)
                #expect(lost?.isAnswerUncertain == true)

                // Connections that the pool kept may break again, which leaves doubt.
                await eventuallyRefused(client)
                let down = await clickHouseFailure {
                    _ = try await client.insert(into: "killed", columns: ["a", "s"], blocks: block)
                }
                #expect(down?.code == .connectionFailed)
                #expect(down?.isTransient == true)
                #expect(down?.isAnswerUncertain == false)

                try await ClickHouseServer.shared.start()
                // Connections of the pool that died with the server are noticed; all rows of the block are there or
                // none.
                let count = try await client.rows("SELECT count() FROM killed")
                #expect(count == [["0"]] || count == [["\(rows)"]])
            }
        }
    }
}
