import ClickHouseClient
import ClickHouseFormat
import LeatTestSupport
import NIOCore
import Testing

extension RealClickHouse {
    @Suite("Results of a real ClickHouse")
    struct ClickHouseResultTests {
        static let nasty = "it's \\ a `tick` \"q\" \n\t\r\0\u{8}\u{C}\u{7}\u{1B} ü🙂 {x:String} %20&+? \\N"

        @Test(
            "an exception in the middle of a result is the server's, under every compression",
            arguments: CompressionMethod.allCases
        )
        func exceptionInTheMiddle(compression: CompressionMethod) async throws {
            try await withClickHouse { client in
                let sql = """
                    SELECT number, throwIf(number = 3000000, 'boom') FROM numbers(10000000) SETTINGS max_block_size = 10000
                    """
                for format in ["TSV", "Native", "JSONEachRow"] {
                    var bytes = 0
                    let error = await clickHouseFailure {
                        for try await part in try await client.stream(
                            "\(sql) FORMAT \(format)",
                            compression: compression
                        ) {
                            bytes += part.readableBytes
                        }
                    }
                    #expect(
                        error?.server?.name == "FUNCTION_THROW_IF_VALUE_IS_NON_ZERO",
                        "\(format): \(String(describing: error))"
                    )
                    // A compressed result may still be in the server's buffer when it fails.
                    if compression == .none { #expect(bytes > 1_000_000) }
                }
                let blocks = await clickHouseFailure {
                    for try await _ in try await client.blocks(sql, compression: compression) {}
                }
                #expect(blocks?.server?.code == 395)
                let rows = await clickHouseFailure { _ = try await client.rows(sql) }
                #expect(rows?.server?.code == 395)
            }
        }

        @Test("parameters, literals and identifiers arrive whatever they hold")
        func parameters() async throws {
            let nasty = Self.nasty
            try await withClickHouse { client in
                let text = try await client.rows("SELECT {v:String}", parameters: ["v": nasty])
                #expect(text == [[nasty]])
                let null = try await client.rows("SELECT {v:Nullable(String)}", parameters: ["v": nil])
                #expect(null == [[nil]])
                let notNull = try await client.rows("SELECT {v:Nullable(String)}", parameters: ["v": "\\N"])
                #expect(notNull == [["\\N"]])
                let list = "[" + [nasty, "b"].map(ClickHouseClient.quote(literal:)).joined(separator: ",") + "]"
                let array = try await client.rows("SELECT arrayJoin({v:Array(String)})", parameters: ["v": list])
                #expect(array == [[nasty], ["b"]])
                let number = try await client.rows("SELECT {n:UInt64}", parameters: ["n": "18446744073709551615"])
                #expect(number == [["18446744073709551615"]])
                let literal = try await client.rows("SELECT \(ClickHouseClient.quote(literal: nasty))")
                #expect(literal == [[nasty]])

                let column = nasty.replacing("\0", with: "")
                let table = ClickHouseClient.quote(database: "default", table: "od`d \\ täble")
                try await client.execute(
                    "CREATE OR REPLACE TABLE \(table) (\(ClickHouseClient.quote(identifier: column)) String) ENGINE = Memory"
                )
                try await client.insert(
                    table,
                    [NativeColumn(name: column, type: "String", buffer: .texts([nasty]))],
                    rows: 1
                )
                let back = try await client.rows("SELECT \(ClickHouseClient.quote(identifier: column)) FROM \(table)")
                #expect(back == [[nasty]])
            }
        }

        @Test("rows keep NULL, the empty string and the number of rows apart")
        func rows() async throws {
            try await withClickHouse { client in
                let mixed = try await client.rows(
                    "SELECT * FROM (SELECT 1 AS a, NULL, '' UNION ALL SELECT 2, 'x', 'y') ORDER BY a"
                )
                #expect(mixed == [["1", nil, ""], ["2", "x", "y"]])
                let none = try await client.rows("SELECT 1 WHERE 0")
                #expect(none == [])
                let empty = try await client.rows("SELECT '' UNION ALL SELECT ''")
                #expect(empty == [[""], [""]])
                let settings = try await client.rows(
                    "SELECT queryID(), getSetting('max_threads')",
                    settings: ["max_threads": "3"],
                    queryID: "my-id"
                )
                #expect(settings == [["my-id", "3"]])
                let list = (0..<50_000).map { "\($0)" }.joined(separator: ",")
                let long = try await client.rows("SELECT count() FROM numbers(1000000) WHERE number IN (\(list))")
                #expect(long == [["50000"]])
                let large = await clickHouseFailure {
                    _ = try await client.rows(
                        "SELECT repeat('x', 1000000) FROM numbers(100)",
                        settings: ["max_block_size": "1"]
                    )
                }
                #expect(large?.code == .resultTooLarge)
            }
        }

        @Test("a hundred concurrent queries get their own answers")
        func concurrent() async throws {
            try await withClickHouse { client in
                let sum = try await withThrowingTaskGroup(of: Int.self) { group in
                    for number in 0..<100 {
                        group.addTask {
                            try await client.rows("SELECT \(number)").first?.first?.flatMap { Int($0) } ?? -1
                        }
                    }
                    return try await group.reduce(0, +)
                }
                #expect(sum == 4950)
            }
        }

        @Test("a stream that is left ends its query; a task that is cancelled says so")
        func leaving() async throws {
            try await withClickHouse { client in
                for try await part in try await client.stream(
                    "SELECT number FROM system.numbers FORMAT TSV",
                    queryID: "left"
                ) {
                    #expect(part.readableBytes > 0)
                    break
                }
                try await eventually("the query has ended", within: .seconds(20)) {
                    try await client.rows("SELECT count() FROM system.processes WHERE query_id = 'left'") == [["0"]]
                }
                let task = Task { try await client.rows("SELECT sleep(3)", queryID: "cancelled") }
                try await eventually("the query has begun", every: .milliseconds(5)) {
                    try await client.rows("SELECT count() FROM system.processes WHERE query_id = 'cancelled'") == [
                        ["1"]
                    ]
                }
                task.cancel()
                let error = await clickHouseFailure { _ = try await task.value }
                #expect(error?.code == .cancelled)
            }
        }

        @Test("a server killed in the middle of a result is a lost connection, and reads wait for its return")
        func killed() async throws {
            try await withClickHouse { client in
                let (begun, begin) = AsyncStream.makeStream(of: Void.self)
                let stream = Task {
                    for try await _ in try await client.stream("SELECT number FROM system.numbers FORMAT RowBinary") {
                        begin.yield()
                    }
                }
                for await _ in begun { break }
                try await ClickHouseServer.shared.kill()
                let lost = await clickHouseFailure { try await stream.value }
                #expect(lost?.code == .connectionLost)
                #expect(lost?.isTransient == true)
                #expect(lost?.isAnswerUncertain == false)
                let down = await clickHouseFailure { try await client.ping() }
                // Lost, where the pool had not yet noticed that its connection is dead.
                #expect(down?.code == .connectionFailed || down?.code == .connectionLost)

                let patience = RetryPolicy(
                    attemptsMax: 600,
                    initialDelay: .milliseconds(50),
                    delayMax: .milliseconds(200)
                )
                async let answer = client.rows("SELECT 1", timeout: .seconds(90), retry: patience)
                try await ClickHouseServer.shared.start()
                let rows = try await answer
                #expect(rows == [["1"]])
            }
        }
    }
}
