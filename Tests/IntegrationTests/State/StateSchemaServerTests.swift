import ClickHouseClient
import Testing

@testable import LeatState

extension RealClickHouse {
    @Suite("The schema of leat.* on a real ClickHouse")
    struct StateSchemaServerTests {
        /// `leat.batches` as the first version of Leat created it.
        private static let first = """
            CREATE TABLE leat.batches (
                pipeline LowCardinality(String), number UInt64, epoch UInt64, owner String, kind LowCardinality(String),
                position String CODEC(ZSTD(3)), parts Array(Tuple(String, UInt64, UInt64)), table LowCardinality(String),
                rows Map(LowCardinality(String), UInt64), detail String CODEC(ZSTD(3)), acknowledged UInt64,
                at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
            ) ENGINE = MergeTree ORDER BY (pipeline, number)
            SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
            COMMENT 'leat:state'
            """

        private static func without(_ client: ClickHouseClient) async throws {
            try await client.execute("DROP DATABASE IF EXISTS leat SYNC")
        }

        private static func steps(_ client: ClickHouseClient) async throws -> [String] {
            try await client.rows("SELECT DISTINCT version FROM leat.schema_migrations ORDER BY version")
                .compactMap { $0[0] }
        }

        @Test("several processes that create it at the same time do no harm", arguments: [false, true])
        func concurrently(isOld: Bool) async throws {
            try await withClickHouse { client in
                for _ in 1...5 {
                    try await Self.without(client)
                    if isOld {
                        try await client.execute("CREATE DATABASE leat")
                        try await client.execute(Self.first)
                    }
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for _ in 1...8 { group.addTask { try await StateSchema.prepare(with: client) } }
                        try await group.waitForAll()
                    }
                    #expect(try await Self.steps(client) == (1...StateSchema.version).map { "\($0)" })
                    let tables = try await client.rows("SELECT name FROM system.tables WHERE database = 'leat'")
                    #expect(Set(tables.compactMap { $0[0] }) == StateSchema.tables)
                }
            }
        }

        @Test("an installation from before there were steps keeps its rows and gets what it lacks")
        func old() async throws {
            try await withClickHouse { client in
                try await Self.without(client)
                try await client.execute("CREATE DATABASE leat")
                try await client.execute(Self.first)
                try await client.execute(
                    "INSERT INTO leat.batches (pipeline, number, kind) VALUES ('old', 7, 'stream')"
                )
                try await StateSchema.prepare(with: client)
                let kept = try await client.rows("SELECT number, toString(checksums) FROM leat.batches")
                #expect(kept == [["7", "{}"]])
                // And nothing is done again.
                try await StateSchema.prepare(with: client)
                let records = try await client.rows("SELECT version, leat FROM leat.schema_migrations ORDER BY version")
                #expect(records == (1...StateSchema.version).map { ["\($0)", LeatVersion.current] })
            }
        }

        @Test("one that a newer Leat has left is refused and not touched")
        func newer() async throws {
            try await withClickHouse { client in
                try await Self.without(client)
                try await StateSchema.prepare(with: client)
                try await client.execute("INSERT INTO leat.schema_migrations (version, leat) VALUES (1000, '7.0.0')")
                try await client.execute("DROP TABLE leat.windows SYNC")
                let error = await #expect(throws: PipelineError.self) { try await StateSchema.prepare(with: client) }
                #expect(error?.message.contains("schema 1000 by Leat 7.0.0") == true)
                #expect(try await client.rows("EXISTS TABLE leat.windows") == [["0"]])
                try await Self.without(client)
            }
        }
    }
}
