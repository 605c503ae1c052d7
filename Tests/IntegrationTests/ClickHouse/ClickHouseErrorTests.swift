import ClickHouseClient
import ColumnarBytes
import Testing

extension RealClickHouse {
    /// Failures that a user meets, each with its own code.
    @Suite("Errors of a real ClickHouse")
    struct ClickHouseErrorTests {
        @Test("missing tables, wrong SQL and unknown settings are distinguished and do not pass by waiting")
        func statements() async throws {
            try await withClickHouse { client in
                let table = await clickHouseFailure { _ = try await client.rows("SELECT * FROM nowhere") }
                #expect(table?.code == .unknownTable)
                #expect(table?.server?.code == 60)
                #expect(table?.server?.name == "UNKNOWN_TABLE")
                #expect(table?.server?.text.contains("nowhere") == true)
                #expect(table?.isTransient == false)
                let database = await clickHouseFailure { _ = try await client.rows("SELECT * FROM nobase.nowhere") }
                #expect(database?.code == .unknownDatabase)
                let syntax = await clickHouseFailure { _ = try await client.rows("SELEC 1") }
                #expect(syntax?.server?.name == "SYNTAX_ERROR")
                let setting = await clickHouseFailure {
                    _ = try await client.rows("SELECT 1", settings: ["no_such": "1"])
                }
                #expect(setting?.server?.name == "UNKNOWN_SETTING")
                let insert = await clickHouseFailure {
                    _ = try await client.insert(into: "nowhere", columns: ["a"], blocks: GrowableBytes())
                }
                #expect(insert?.code == .unknownTable)
                #expect(insert?.isAnswerUncertain == false)
            }
        }

        @Test("limits of memory and time are transient")
        func limits() async throws {
            try await withClickHouse { client in
                let memory = await clickHouseFailure {
                    _ = try await client.rows(
                        "SELECT groupArray(number) FROM numbers(100000000)",
                        settings: ["max_memory_usage": "10000000"],
                        retry: .none
                    )
                }
                #expect(memory?.code == .memoryLimit)
                #expect(memory?.isTransient == true)
                let slow = await clickHouseFailure {
                    _ = try await client.rows(
                        "SELECT sleepEachRow(0.2) FROM numbers(10)",
                        settings: ["max_execution_time": "1", "max_block_size": "1"],
                        retry: .none
                    )
                }
                #expect(slow?.code == .timeout)
                #expect(slow?.server?.code == 159)
                let ours = await clickHouseFailure {
                    _ = try await client.rows("SELECT sleep(3)", timeout: .milliseconds(200), retry: .none)
                }
                #expect(ours?.code == .timeout)
                #expect(ours?.server == nil)
                #expect(ours?.isTransient == true)
            }
        }

        @Test("too many parts are named and transient")
        func tooManyParts() async throws {
            try await withClickHouse { client in
                try await client.execute(
                    """
                    CREATE OR REPLACE TABLE crowded (a Int8) ENGINE = MergeTree ORDER BY a
                    SETTINGS parts_to_throw_insert = 3, parts_to_delay_insert = 100
                    """
                )
                try await client.execute("SYSTEM STOP MERGES crowded")
                let error = await clickHouseFailure {
                    for _ in 0..<6 { try await client.execute("INSERT INTO crowded VALUES (1)") }
                }
                #expect(error?.code == .tooManyParts)
                #expect(error?.isTransient == true)
            }
        }

        @Test("a wrong password and an unknown user are authentication failures, large bodies or not")
        func authentication() async throws {
            for user in [nil, "nobody_at_all"] {
                try await withClickHouse(user: user, password: "wrong") { client in
                    let read = await clickHouseFailure { _ = try await client.rows("SELECT 1") }
                    #expect(read?.code == .authentication)
                    #expect(read?.isTransient == false)
                    #expect("\(String(describing: read))".contains("wrong") == false)
                    let block = GrowableBytes()
                    block.append(repeating: 7, count: 30_000_000)
                    let insert = await clickHouseFailure {
                        _ = try await client.insert(into: "x", columns: ["a"], blocks: block)
                    }
                    #expect(insert?.code == .authentication)
                    #expect(insert?.isAnswerUncertain == false)
                }
            }
        }

        @Test("a read-only user and one without grants are distinguished")
        func rights() async throws {
            try await withClickHouse { client in
                for user in ["leat_reader", "leat_beggar"] { try await client.execute("DROP USER IF EXISTS \(user)") }
                try await client.execute("CREATE USER leat_reader IDENTIFIED BY 'reader-1' SETTINGS readonly = 1")
                try await client.execute("CREATE USER leat_beggar IDENTIFIED BY 'beggar-1'")
                try await client.execute("GRANT SELECT, INSERT, CREATE ON *.* TO leat_reader")
                try await client.execute("CREATE TABLE IF NOT EXISTS read_only_target (a Int8) ENGINE = Memory")
            }
            try await withClickHouse(user: "leat_reader", password: "reader-1") { client in
                let one = try await client.rows("SELECT 1")
                #expect(one == [["1"]])
                let create = await clickHouseFailure {
                    try await client.execute("CREATE TABLE r (a Int8) ENGINE = Memory")
                }
                #expect(create?.code == .readOnly)
                let block = GrowableBytes()
                block.append(repeating: 7, count: 3_000_000)
                let insert = await clickHouseFailure {
                    _ = try await client.insert(into: "read_only_target", columns: ["a"], blocks: block)
                }
                #expect(insert?.code == .readOnly)
                #expect(insert?.isAnswerUncertain == false)
                #expect(insert?.isTransient == false)
            }
            try await withClickHouse(user: "leat_beggar", password: "beggar-1") { client in
                let create = await clickHouseFailure {
                    try await client.execute("CREATE TABLE r (a Int8) ENGINE = Memory")
                }
                #expect(create?.code == .accessDenied)
                #expect(create?.isTransient == false)
            }
        }
    }
}
