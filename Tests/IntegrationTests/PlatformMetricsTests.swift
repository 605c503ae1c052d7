import Foundation
import LeatTestSupport
import MySQLClient
import Observability
import Testing

@testable import DevPlatform

/// `leat up` as a user has it, with all its servers: every metric that is defined is there, and has a value.
@Suite("The metrics of a platform that runs", .breaksServers)
struct PlatformMetricsTests {
    /// What cannot have a value here, and why.
    private static let excepted: [String: String] = [:]

    /// Objectives.
    private static let exceptedPrefixes = ["leat_slo_"]

    private static var expected: [MetricDefinition] {
        LeatMetrics.definitions.filter { definition in
            excepted[definition.name] == nil && !exceptedPrefixes.contains { definition.name.hasPrefix($0) }
        }
    }

    @Test("each metric has a series with a value, counts what happens, and sees a server die and come back")
    func everyMetric() async throws {
        let folder = NSTemporaryDirectory() + "leat-integration-\(getpid())-up"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await Self.withPlatform(in: folder + "/home") { platform in
            try await platform.write(rows: 50)
            // Windows of the look-back are compared every half minute.
            try await eventually("every metric has a value", within: .seconds(150), every: .seconds(1)) {
                try await Self.missing(on: platform.metrics()).isEmpty
            }
            #expect(try await Self.missing(on: platform.metrics()) == [])
            try await Self.expectPlausible(platform)
            try await Self.expectDeathSeen(platform)
        }
    }

    /// Metrics without any series that has a number.
    private static func missing(on page: MetricsPage) -> [String] {
        let known = Set(page.series.filter { !$0.value.isNaN }.map(\.name))
        return expected.filter { !known.contains($0.kind == .histogram ? $0.name + "_count" : $0.name) }.map(\.name)
    }

    private static func expectPlausible(_ platform: RunningPlatform) async throws {
        let table = "table=\"watched.t\""
        try await platform.write(rows: 100)
        // With those from before.
        try await eventually("what was written is counted", within: .seconds(30)) {
            let page = try await platform.metrics()
            return page.sum("leat_events_total", table, "operation=\"insert\"") == 150
                && page.sum("leat_rows_total", table, "operation=\"insert\"") == 150
                && page.sum("leat_transactions_total", "source=\"local\"") >= 150
                && page.sum("leat_read_bytes_total", "stage=\"receive\"") > 15_000
                && page.sum("leat_batches_total", "source=\"local\"", "kind=\"stream\"") >= 1
                && page.sum("leat_checkpoint_batch") >= 1
        }
        let page = try await platform.metrics()
        for stage in Stage.allCases {
            #expect(
                page.value("leat_stage_duration_seconds_count", "local", "stage=\"\(stage.rawValue)\"") ?? 0 > 0,
                "\(stage)"
            )
        }
        // All stages but the copy, which is over, are alive.
        let now = Date().timeIntervalSince1970
        for stage in Stage.allCases where stage != .snapshot {
            let beat = page.value("leat_heartbeat_timestamp_seconds", "local", "stage=\"\(stage.rawValue)\"") ?? 0
            #expect(now - beat < 15, "\(stage)")
        }
        let beats = page.series.filter { $0.name == "leat_heartbeat_timestamp_seconds" && $0.labels.contains("local") }
        #expect(!beats.contains { $0.labels.contains("stage=\"snapshot\"") })
        #expect(page.value("leat_read_bytes_total", "local", "stage=\"snapshot\"") ?? 0 > 10_000)
        #expect(page.value("leat_batches_total", "local", "kind=\"range\"") ?? 0 > 0)
        #expect(page.value("leat_batches_total", "local", "kind=\"barrier\"") ?? 0 > 0, "CREATE TABLE is one")
        #expect(page.value("leat_snapshot_rows_expected", "table=\"shop.orders\"") ?? 0 > 100)
        #expect(page.value("leat_queue_capacity_bytes", "local") == 67_108_864)
        let runway = page.value("leat_binlog_runway_seconds", "local") ?? 0
        #expect(runway > 3000, "the platform's MySQL keeps its binlogs longer than an hour")
        #expect(page.series.count { $0.name == "leat_mysql_up" && $0.value == 1 } == 2)
        #expect(page.series.count { $0.name == "leat_mysql_replica_running" && $0.value == 1 } == 1, "one is a replica")
        #expect(page.value("leat_mysql_connections") ?? 0 >= 1)
        try await eventually("the parts are counted, which the first look may have come too early for") {
            let page = try await platform.metrics()
            guard let parts = page.value("leat_clickhouse_parts") else { return false }
            return parts >= 1 && page.value("leat_clickhouse_parts_max") ?? 0 > parts
        }
        #expect(page.value("leat_clickhouse_disk_free_bytes") ?? 0 > 1_000_000)
        #expect(page.series.count { $0.name == "leat_local_server_up" && $0.value == 1 } == StackServer.allCases.count)
        #expect(page.value("leat_local_server_resident_memory_bytes", "clickhouse") ?? 0 > 50_000_000)
        #expect(page.value("leat_local_disk_free_bytes") ?? 0 > 1_000_000)
    }

    private static func expectDeathSeen(_ platform: RunningPlatform) async throws {
        try platform.kill(.mysqlReplica)
        try await eventually("it is started again", within: .seconds(60)) {
            try await platform.metrics().value("leat_local_server_restarts_total", "mysql-replica") == 1
        }
        try await eventually("both hosts and all servers are up", within: .seconds(60)) {
            let page = try await platform.metrics()
            return page.series.count { $0.name == "leat_mysql_up" && $0.value == 1 } == 2
                && page.series.count { $0.name == "leat_local_server_up" && $0.value == 1 }
                    == StackServer.allCases.count
                && page.value("leat_lag_seconds", "local") == 0
        }
    }

    // MARK: The platform

    private struct RunningPlatform: Sendable {
        let leat: LeatProcess
        let home: String
        let console: LoopbackHTTP
        let primary: MySQLEndpoint

        func metrics() async throws -> MetricsPage {
            guard leat.isRunning else { throw Overdue(description: "leat has ended") }
            guard let answer = await console.get("/metrics"), answer.status == 200 else {
                throw Overdue(description: "/metrics does not answer")
            }
            return MetricsPage(answer.body)
        }

        /// Each in a transaction of its own.
        func write(rows: Int) async throws {
            let connection = try await MySQLConnection.connect(to: primary, logger: silent)
            try await connection.execute("CREATE DATABASE IF NOT EXISTS watched")
            // IF NOT EXISTS would have it copied: what it may have held is not known.
            if try await connection.query("SHOW TABLES FROM watched").rows.isEmpty {
                try await connection.execute("CREATE TABLE watched.t (id INT PRIMARY KEY AUTO_INCREMENT, v TEXT)")
            }
            for row in 1...rows { try await connection.execute("INSERT INTO watched.t (v) VALUES ('row \(row)')") }
            await connection.close()
        }

        /// Ends a server as `kill -9` does.
        func kill(_ server: StackServer) throws {
            let found = ProcessTable.servers(ofHome: home).filter { $0.server == server }
            #expect(!found.isEmpty)
            for process in found { Glibc.kill(process.processID, SIGKILL) }
        }
    }

    private static func withPlatform(in home: String, _ body: (RunningPlatform) async throws -> Void) async throws {
        var attempt = 0
        while true {
            attempt += 1
            // Another's port may be among them.
            let offset = Int.random(in: 2_000...9_000)
            let leat = try await LeatProcess.start(
                ["up", "--home", home, "--port-offset", "\(offset)", "--rows", "2000", "--json"],
                log: home + ".log",
                output: home + ".json"
            )
            do {
                try await eventually("the platform is ready", within: .seconds(240), every: .milliseconds(200)) {
                    if !leat.isRunning { throw Overdue(description: "leat up has ended") }
                    return FileManager.default.fileExists(atPath: home + "/ready.json")
                }
            } catch {
                let tail = leat.tail
                await leat.kill()
                if attempt < 3, tail.contains("port") { continue }
                throw Overdue(description: "\(error)\n\(tail)")
            }
            do {
                let addresses = try ServerStack.addresses(ofHome: home)
                let primary = try #require(addresses.mysql?.primary)
                try await body(
                    RunningPlatform(
                        leat: leat,
                        home: home,
                        console: LoopbackHTTP(port: addresses.consolePort),
                        primary: primary.endpoint
                    )
                )
            } catch {
                Issue.record("\(error)\nlast lines of leat:\n\(leat.tail)")
            }
            _ = try await leat.terminate(within: .seconds(60))
            return
        }
    }
}
