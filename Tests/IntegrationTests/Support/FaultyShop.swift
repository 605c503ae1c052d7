import Foundation
import LeatTestSupport
import MySQLClient
import SampleData
import Synchronization
import Testing

@testable import DevPlatform

/// A shop that is written to while its pipeline is killed, at moments that are looked for and printed.
final class FaultyShop: Sendable {
    private let pipeline: TestPipeline
    private let rows: Int
    private let rate: Double
    /// The most memory that any of leat's processes has had, in bytes.
    private let peak = Mutex(0)
    private let patience: Duration

    init(_ pipeline: TestPipeline, rows: Int, rate: Double) {
        self.pipeline = pipeline
        self.rows = rows
        self.rate = rate
        patience = .seconds(120 + rows / 1_000)
    }

    func load() async throws {
        let loader = ShopLoader(
            endpoint: pipeline.servers.primary,
            database: pipeline.database,
            seed: 7,
            rows: rows,
            logger: silent
        )
        let summary = try await loader.load()
        say("loaded \(summary.rows) rows in \(summary.elapsed)")
    }

    /// Starts leat, lets traffic change the shop while `body` runs, and ends the traffic.
    func withTraffic(_ body: () async throws -> Void) async throws {
        let traffic = ShopTraffic(
            endpoint: pipeline.servers.primary,
            database: pipeline.database,
            rate: rate,
            seed: 8,
            connections: 2,
            logger: silent
        )
        let running = Task { try await traffic.run() }
        do {
            try await pipeline.start()
            try await body()
        } catch {
            running.cancel()
            _ = try? await running.value
            throw error
        }
        running.cancel()
        let done = try await running.value
        #expect(done.inserted > 0 && done.updated > 0 && done.deleted > 0 && done.rolledBack > 0, "\(done)")
        say("traffic: \(done.inserted) inserted, \(done.updated) updated, \(done.deleted) deleted")
    }

    // MARK: Moments

    /// When some ranges of the copy, but not all, are in the warehouse.
    func killInCopy(_ phase: String) async throws {
        let before = try await pipeline.batches(of: "range").defined
        try await eventually("the copy has gone on", within: patience, every: .milliseconds(10)) {
            try await pipeline.batches(of: "range").defined >= before + 2
        }
        let copying = try await pipeline.states().values.count { $0 == "snapshotting" }
        #expect(copying > 0, "\(phase): the copy was over too early")
        try await kill("\(phase), \(copying) tables being copied")
    }

    /// When rows of a batch are in the warehouse that nobody has recorded as acknowledged.
    func killBeforeAcknowledgement(_ phase: String) async throws {
        // The process that runs now must have come to it by itself.
        let start = try await pipeline.batches().last
        try await eventually("a batch is inserted and not acknowledged", within: patience, every: .milliseconds(5)) {
            let inserted = try await newestBatchInserted()
            let acknowledged = try await pipeline.batches().acknowledged
            guard inserted > start, inserted > acknowledged else { return false }
            await killProcess()
            return true
        }
        // What counts is what the next start will find.
        let state = try await pipeline.batches()
        let inserted = try await newestBatchInserted()
        #expect(inserted > state.acknowledged, "\(phase): it was acknowledged after all")
        say("\(phase): batch \(inserted) inserted, \(state.last) defined, \(state.acknowledged) acknowledged")
        try await pipeline.start()
    }

    /// When all is copied, at no particular time.
    func killInStream(_ phase: String) async throws {
        try await streamsOn()
        try await Task.sleep(for: .milliseconds(Int.random(in: 0...300)))
        try await kill(phase)
    }

    func killClickHouse(_ phase: String) async throws {
        try await streamsOn()
        let before = try await pipeline.batches()
        try await pipeline.servers.kill(.clickhouse)
        try await eventually("leat waits for it", within: .seconds(30)) { try await pipeline.health() != "ok" }
        try await pipeline.servers.stack.start(.clickhouse)
        try await streamsOn()
        say("\(phase): batch \(before.last) defined, \(before.acknowledged) acknowledged, and on it goes")
    }

    /// Waits until all is copied and the process that runs now has written some of the stream.
    private func streamsOn() async throws {
        try await copied()
        let before = try await pipeline.batches(of: "stream").defined
        try await eventually("the stream has gone on", within: patience) {
            try await pipeline.batches(of: "stream").defined >= before + 2
        }
    }

    /// Waits until no table is being copied.
    func copied() async throws {
        try await eventually("all nine tables are copied", within: patience) {
            try await pipeline.states().values.count { $0 == "streaming" } == ShopTable.allCases.count
        }
    }

    private func newestBatchInserted() async throws -> Int {
        // They are made as they are found.
        let found = try await pipeline.warehouse(
            "SELECT name FROM system.tables WHERE database = '\(pipeline.database)_raw'"
        )
        guard !found.isEmpty else { return 0 }
        let queries = found.map {
            "SELECT max(_version) AS v FROM `\(pipeline.database)_raw`.`\(($0.first ?? "") ?? "")`"
        }
        let rows = try await pipeline.warehouse(
            "SELECT bitShiftRight(max(v), 24) FROM (\(queries.joined(separator: " UNION ALL ")))"
        )
        return rows.first?.first.flatMap { $0 }.flatMap { Int($0) } ?? 0
    }

    private func kill(_ phase: String) async throws {
        await killProcess()
        let state = try await pipeline.batches()
        say("\(phase): batch \(state.last) defined, \(state.acknowledged) acknowledged")
        try await pipeline.start()
    }

    private func killProcess() async {
        guard let leat = pipeline.leat else { return }
        #expect(leat.isRunning, "leat has ended by itself: \(leat.tail)")
        if let memory = leat.peakMemory { peak.withLock { $0 = max($0, memory) } }
        await leat.kill()
    }

    // MARK: The end

    /// Both sides hold the same rows, and no key twice.
    func expectEqual() async throws {
        try await pipeline.settle(within: patience)
        for table in ShopTable.allCases {
            try await pipeline.expectSameSums(table.name)
            #expect(try await keysTwice(table) == 0, "\(table.name): keys that the view shows twice")
        }
        #expect(try await pipeline.count("orders") > 0)
        let answer = try await pipeline.command("verify", "--json", within: .seconds(600))
        #expect(answer.exit == .code(0), "\(answer.output)\n\(answer.errors)")
        // And it would have noticed.
        let raw = "`\(pipeline.database)_raw`.orders"
        try await pipeline.warehouseExecute(
            "INSERT INTO \(raw) SELECT * REPLACE (amount + 1 AS amount, _version + 1 AS _version) FROM \(raw) FINAL LIMIT 1"
        )
        let different = try await pipeline.command("verify", "\(pipeline.database).orders", within: .seconds(600))
        #expect(different.exit == .code(1), "\(different.output)\n\(different.errors)")
        if let memory = pipeline.leat?.peakMemory { peak.withLock { $0 = max($0, memory) } }
        say("equal; at most \(peak.withLock { $0 } >> 20) MB of memory in one process")
    }

    private func keysTwice(_ table: ShopTable) async throws -> Int {
        let key =
            try await pipeline.mysql.query(
                """
                SELECT GROUP_CONCAT(CONCAT('`', column_name, '`') ORDER BY seq_in_index) FROM information_schema.statistics
                WHERE table_schema = '\(pipeline.database)' AND table_name = '\(table.name)' AND index_name = 'PRIMARY'
                """
            ).scalar ?? ""
        let view = "`\(pipeline.database)`.`\(table.name)`"
        let rows = try await pipeline.warehouse("SELECT count() - uniqExact(\(key)) FROM \(view)")
        return rows.first?.first.flatMap { $0 }.flatMap { Int($0) } ?? -1
    }

    private func say(_ text: String) { print("faults: \(text)") }
}
