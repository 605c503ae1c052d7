import ClickHouseClient
import ClickHouseFormat
import ColumnarBytes
import Logging
import Synchronization
import Testing
import Warehouse

@testable import LeatState

extension RealClickHouse {
    @Suite("The state of a pipeline on a real ClickHouse")
    struct BatchLogServerTests {
        private static func log(_ client: ClickHouseClient, _ owner: String, of pipeline: String) -> BatchLog {
            BatchLog(client: client, pipeline: pipeline, owner: owner, logger: Logger(label: "test")) { _, _ in }
        }

        private static func definition(_ position: String) -> BatchDefinition {
            BatchDefinition(
                kind: .stream,
                position: position,
                parts: [.init(transaction: "it's\t1", first: 2, end: 7)],
                table: "shop.o'rders\n\\",
                rows: ["shop.a b": 3, "shop.o'rders\n\\": 4],
                checksums: ["shop.a b": RowsChecksum(rows: -3, sum: .max)],
                detail: #"{"a":"\t"}"#
            )
        }

        @Test("what was defined is found as it was by the process that starts next, which leads from then on")
        func recovers() async throws {
            try await withClickHouse { client in
                let first = Self.log(client, "z", of: "log_recovers")
                let begin = try await first.recover()
                #expect(begin.isNew)
                var expected = Self.definition("a:1")
                #expect(try await first.define(expected) == 1)
                let second = Self.log(client, "a", of: "log_recovers")
                let recovery = try await second.recover()
                expected.number = 1
                expected.checksums = [:]
                #expect(recovery.unacknowledged == [expected])
                #expect(!recovery.isNew && recovery.epoch > begin.epoch)
                let error = await #expect(throws: PipelineError.self) { try await first.define(Self.definition("a:2")) }
                #expect(error?.kind == .fenced)
                #expect(try await second.define(Self.definition("a:3")) == 2)
                // It stays so.
                await #expect(throws: PipelineError.self) { try await first.define(Self.definition("a:2")) }
                let records = BatchRecords(client: client, pipeline: "log_recovers")
                #expect(try await records.tables(of: [1]) == [1: ["shop.a b", "shop.o'rders\n\\"]])
                #expect(try await records.last() == 2)
                #expect(try await records.oldest() == 1)
                #expect(try await records.openTransaction(upTo: 2) == "it's\t1")
                #expect(try await records.hasBatch(of: "shop.a b", after: 1))
                #expect(try await !records.hasBatch(of: "shop.a b", after: 2))
            }
        }

        @Test("once the position is given up, what was claimed before adds nothing to it")
        func givenUp() async throws {
            try await withClickHouse { client in
                let first = Self.log(client, "b", of: "log_given_up")
                _ = try await first.recover()
                _ = try await first.define(Self.definition("a:1"))
                let advanced = Mutex<[[String]]>([])
                let second = BatchLog(
                    client: client,
                    pipeline: "log_given_up",
                    owner: "c",
                    logger: Logger(label: "test")
                ) { positions, _ in advanced.withLock { $0.append(positions) } }
                #expect(try await second.recover().unacknowledged.count == 1)
                await second.giveUpPositions()
                await second.acknowledge(1)
                #expect(advanced.withLock { $0 } == [[]])
            }
        }

        @Test("a claim that was recorded twice is one batch (B9)")
        func recordedTwice() async throws {
            try await withClickHouse { client in
                let log = Self.log(client, "o", of: "log_twice")
                _ = try await log.recover()
                for position in ["a:1", "a:2"] { _ = try await log.define(Self.definition(position)) }
                try await client.execute(
                    "INSERT INTO leat.batches SELECT * FROM leat.batches WHERE pipeline = 'log_twice' AND number > 0"
                )
                let recovery = try await Self.log(client, "p", of: "log_twice").recover()
                #expect(recovery.unacknowledged.map(\.number) == [1, 2])
                let entries = try await ChecksumStore(client: client, pipeline: "log_twice")
                    .entries(of: "shop.a b", above: 0)
                #expect(entries.map(\.number) == [1, 2])
                #expect(entries.first?.change == RowsChecksum(rows: -3, sum: .max))
            }
        }

        @Test("a row of a fenced process that arrives late is neither replayed nor in the way")
        func late() async throws {
            try await withClickHouse { client in
                let fenced = Self.log(client, "z", of: "log_late")
                _ = try await fenced.recover()
                _ = try await fenced.define(Self.definition("a:1"))
                let second = Self.log(client, "a", of: "log_late")
                _ = try await second.recover()
                await #expect(throws: PipelineError.self) { try await fenced.define(Self.definition("late")) }
                let third = Self.log(client, "b", of: "log_late")
                #expect(try await third.recover().unacknowledged.map(\.position) == ["a:1"])
                #expect(try await third.define(Self.definition("a:2")) == 2)
                let fourth = try await Self.log(client, "c", of: "log_late").recover()
                #expect(fourth.unacknowledged.map(\.position) == ["a:1", "a:2"])
            }
        }

        @Test("a paused process that comes back cannot overwrite the states of its successor (E4)")
        func statesAreFenced() async throws {
            try await withClickHouse { client in
                func state(_ phase: TablePhase) -> TableState { TableState(name: "shop.t", phase: phase) }
                func store() -> StateStore { StateStore(client: client, pipeline: "states_fenced") }
                let paused = store()
                try await StateSchema.prepare(with: client)
                _ = try await paused.takeOver(epoch: 1)
                for _ in 1...5 { try await paused.save(state(.snapshotting)) }
                let next = store()
                #expect(try await next.takeOver(epoch: 2).map(\.phase) == [.snapshotting])
                try await paused.save(state(.quarantined))
                #expect(try await store().tables().map(\.phase) == [.snapshotting])
                try await next.save(state(.streaming))
                for _ in 1...5 { try await paused.save(state(.dropped)) }
                #expect(try await store().tables().map(\.phase) == [.streaming])
                let summaries = try await TableRecords(client: client, pipeline: "states_fenced").summaries()
                #expect(summaries.map(\.phase) == [.streaming])
            }
        }

        @Test("a row that cannot be read is an error with table, column and value")
        func unreadable() async throws {
            try await withClickHouse { client in
                try await StateSchema.prepare(with: client)
                try await client.execute(
                    "INSERT INTO leat.tables (pipeline, table, state) VALUES ('unreadable', 't', 'melting')"
                )
                let error = await #expect(throws: PipelineError.self) {
                    try await TableRecords(client: client, pipeline: "unreadable").summaries()
                }
                #expect(error?.message.hasPrefix("leat.tables: the column `state` holds `melting`") == true)
            }
        }

        @Test("the newest batch of a raw table shows that the state does not belong to it (A14)")
        func newestBatch() async throws {
            try await withClickHouse { client in
                let table = Self.table(in: "newest")
                let warehouse = Warehouse(client: client, pipeline: "newest", isDurable: false)
                func newest() async throws -> UInt64? {
                    try await warehouse.rawTable(database: table.database, name: table.name)?.newestBatch
                }
                #expect(try await newest() == nil)
                try await warehouse.create(table, floor: 0)
                #expect(try await newest() == 0)
                let version = RowVersion.first(ofBatch: 50_000) | 3
                try await client.execute("INSERT INTO newest_raw.t (id, _version) VALUES (1, \(version)), (2, 5)")
                #expect(try await newest() == 50_000)
            }
        }

        @Test("a new copy also removes what the last batch before it had brought")
        func lastBatch() async throws {
            try await withClickHouse { client in
                let table = Self.table(in: "older")
                let warehouse = Warehouse(client: client, pipeline: "older", isDurable: false)
                try await warehouse.create(table, floor: 0)
                let versions = [
                    RowVersion.first(ofBatch: 11), RowVersion.first(ofBatch: 12) | 7, RowVersion.first(ofBatch: 13),
                ]
                let rows = versions.enumerated().map { "(\($0 + 1), \($1))" }.joined(separator: ", ")
                try await client.execute("INSERT INTO older_raw.t (id, _version) VALUES \(rows)")
                try await warehouse.tombstoneOlder(thanBatch: 12, in: table)
                #expect(try await client.rows("SELECT toString(id) FROM older.t") == [["3"]])
            }
        }

        private static func table(in database: String) -> WarehouseTable {
            WarehouseTable(
                database: database,
                name: "t",
                columns: [
                    .init(
                        name: "id",
                        type: "UInt32",
                        wireType: "UInt32",
                        layout: .fixed(width: 4),
                        isNullable: false
                    )
                ],
                orderBy: ["id"]
            )
        }
    }
}
