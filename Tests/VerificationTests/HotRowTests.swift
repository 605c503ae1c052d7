import ClickHouseClient
import LeatTestSupport
import Logging
import MySQLClient
import Synchronization
import Testing
import Verification
import Warehouse

extension RealServerTests {
    @Suite("Rows that are written to all the time") struct HotRowTests {
        private let servers: RealServers.Running

        init() async throws { servers = try await RealServers.shared.running() }

        /// A pipeline that is some batches late all the time, in a warehouse that merges each version with the next
        /// one: what the source showed is gone before the warehouse has all of it.
        @Test("a row whose versions are merged before the warehouse has caught up is settled")
        func mergedVersions() async throws {
            try await servers.prepare("hot")
            try await servers.mysql("CREATE TABLE t (id int PRIMARY KEY, v int)", "INSERT INTO t VALUES (1, 0), (2, 0)")
            try await servers.clickHouse(
                "DROP DATABASE IF EXISTS hot_raw SYNC",
                "CREATE DATABASE hot_raw",
                """
                CREATE TABLE hot_raw.t (id Int32, v Nullable(Int32), _version UInt64, _deleted UInt8, \
                _committed_at DateTime64(6, 'UTC')) ENGINE = ReplacingMergeTree(_version, _deleted) ORDER BY id
                """,
                "CREATE VIEW hot.t AS SELECT id, v FROM hot_raw.t FINAL WHERE _deleted = 0"
            )
            try await write(row: 1, 0, asBatch: 1)
            try await write(row: 2, 0, asBatch: 1)
            try await servers.saveState("hot", table: "t")
            try await servers.saveCheckpoint("hot", acknowledged: 1)

            let isOver = Atomic(false)
            let writer = try await MySQLConnection.connect(to: servers.source, logger: Logger(label: "hot"))
            let writing = Task {
                var positions = [String](repeating: "", count: 5)
                var batch = 1
                while !isOver.load(ordering: .relaxed) {
                    batch += 1
                    try await writer.execute("UPDATE hot.t SET v = \(batch) WHERE id = 1")
                    try await write(row: 1, batch, asBatch: batch)
                    try await servers.clickHouse("OPTIMIZE TABLE hot_raw.t FINAL")
                    positions.append(try await writer.query("SELECT @@GLOBAL.gtid_executed").scalar ?? "")
                    let late = positions.removeFirst()
                    if !late.isEmpty {
                        try await servers.saveCheckpoint("hot", position: late, acknowledged: UInt64(batch - 5))
                    }
                    // Longer than the verifier takes from one look to the next.
                    try await Task.sleep(for: .milliseconds(200))
                }
            }
            defer { isOver.store(true, ordering: .relaxed) }
            // The pipeline is late from here on.
            try await eventually("some batches are written") {
                try await servers.warehouse.rows("SELECT max(v) > 7 FROM hot.t").first?.first == "1"
            }
            let report = try await servers.verify("hot")
            isOver.store(true, ordering: .relaxed)
            try await writing.value
            await writer.close()
            #expect(report.isEqual, "\(report.tables.map(\.failure))")
            #expect(report.tables.map(\.unsettledRows) == [0])
        }

        /// As a pipeline does: first it claims the number, then it writes.
        private func write(row id: Int, _ value: Int, asBatch number: Int) async throws {
            try await servers.clickHouse(
                """
                INSERT INTO leat.batches (pipeline, number, epoch, owner, kind, table) \
                VALUES ('hot', \(number), 1, 'o', 'stream', 'hot.t')
                """,
                """
                INSERT INTO hot_raw.t \
                VALUES (\(id), \(value), \(RowVersion.first(ofBatch: UInt64(number)) + UInt64(id)), 0, now64(6))
                """
            )
        }
    }
}
