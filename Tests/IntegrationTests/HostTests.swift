import Foundation
import LeatTestSupport
import MySQLProtocol
import Testing

@testable import DevPlatform
@testable import MySQLClient

/// Which of several hosts is followed, and from where: each is examined before.
@Suite("Hosts of a source", .sharesServers)
struct HostTests {
    /// A primary with the table `shop.t` of ten rows, and its replica.
    private func withPair(
        _ name: String,
        _ body: (_ primary: BareMySQL, _ replica: BareMySQL) async throws -> Void
    ) async throws {
        let options = BareMySQL.followable + ["--sync-binlog=1", "--replica-net-timeout=4"]
        try await BareMySQL.with(name + "-a", options) { primary in
            try await BareMySQL.with(name + "-b", options + ["--server-id=78"]) { replica in
                try await primary.run(
                    "CREATE USER replica@'%' IDENTIFIED WITH caching_sha2_password BY 'r'",
                    "GRANT REPLICATION SLAVE ON *.* TO replica@'%'",
                    "CREATE DATABASE shop",
                    "CREATE TABLE shop.t (id INT PRIMARY KEY, v INT)",
                    "INSERT INTO shop.t VALUES (1, 1), (2, 2), (3, 3)"
                )
                try await replica.run(
                    """
                    CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = \(primary.endpoint.port),
                    SOURCE_USER = 'replica', SOURCE_PASSWORD = 'r', SOURCE_AUTO_POSITION = 1, GET_SOURCE_PUBLIC_KEY = 1,
                    SOURCE_CONNECT_RETRY = 1
                    """,
                    "START REPLICA"
                )
                try await body(primary, replica)
            }
        }
    }

    private func waitForReplica(_ replica: BareMySQL, of primary: BareMySQL) async throws {
        let target = try await primary.executed()
        try await eventually("the replica has \(target)") { try await replica.executed().isSuperset(of: target) }
    }

    private func expectSame(_ pipeline: TestPipeline, _ server: BareMySQL, _ table: String = "t") async throws {
        let here = try await pipeline.warehouse(
            "SELECT concat(count(), ' ', sum(id), ' ', sum(v)) FROM \(pipeline.name)_shop.\(table)"
        )
        let there = try await server.scalar("SELECT CONCAT(COUNT(*), ' ', SUM(id), ' ', SUM(v)) FROM shop.\(table)")
        #expect(here.first?.first == there)
    }

    @Test("a replica's own transactions hold back nothing after a change to its primary: copy, resync and verify end")
    func errant() async throws {
        try await withPair("errant") { primary, replica in
            let options = try await primary.makeReader("shop", others: [])
            try await waitForReplica(replica, of: primary)
            var reading = options
            reading.hosts = [replica.endpoint.address, primary.endpoint.address]
            reading.naming = "prefix: host_errant_"
            try await TestPipeline.with("host_errant", reading) { pipeline in
                // Before the first start, and while the stream runs.
                try await replica.run("ANALYZE TABLE shop.t")
                try await pipeline.start()
                try await pipeline.wait(for: "shop.t", toBe: "streaming")
                try await primary.run("INSERT INTO shop.t VALUES (4, 4)")
                try await replica.run("ANALYZE TABLE shop.t")
                try await primary.run("INSERT INTO shop.t VALUES (5, 5)")
                try await waitForReplica(replica, of: primary)
                try await replica.catchUp(pipeline)
                await replica.kill()
                try await primary.run("INSERT INTO shop.t VALUES (6, 6)")
                try await primary.catchUp(pipeline)
                let resync = try await pipeline.command("tables", "resync", "shop.t")
                #expect(resync.exit == .code(0), "\(resync.errors)")
                try await pipeline.wait(for: "shop.t", toBe: "streaming")
                try await primary.catchUp(pipeline)
                try await expectSame(pipeline, primary)
                let verified = try await pipeline.command("verify", "shop.t")
                #expect(verified.exit == .code(0), "\(verified.output)\(verified.errors)")
                #expect(try pipeline.logText().contains("that no followed table needs"))
            }
        }
    }

    @Test("a copy is made again at the next host when its own is gone")
    func copy() async throws {
        try await withPair("copying") { primary, replica in
            var options = try await primary.makeReader("shop")
            options.hosts = [replica.endpoint.address, primary.endpoint.address]
            options.batchRows = 1000
            try await primary.run("SET GLOBAL cte_max_recursion_depth = 1000000")
            try await primary.run("CREATE TABLE shop.large (id INT PRIMARY KEY, v INT, s CHAR(200))")
            try await primary.run(
                """
                INSERT INTO shop.large WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 400000)
                SELECT n, n % 7, REPEAT('x', 200) FROM s
                """
            )
            try await waitForReplica(replica, of: primary)
            options.naming = "prefix: host_copy_"
            try await TestPipeline.with("host_copy", options) { pipeline in
                try await pipeline.start()
                try await eventually("a part is copied", every: .milliseconds(5)) {
                    try await pipeline.batches(of: "range").defined >= 3
                }
                await replica.kill()
                #expect(try await pipeline.states()["shop.large"] == "snapshotting", "the copy was over too early")
                try await pipeline.wait(for: "shop.large", toBe: "streaming")
                try await primary.run("CREATE TABLE shop.later (id INT PRIMARY KEY, v INT)")
                try await primary.run("INSERT INTO shop.later VALUES (1, 1)")
                try await primary.catchUp(pipeline)
                for table in ["large", "later"] { try await expectSame(pipeline, primary, table) }
            }
        }
    }

    @Test("a host that lost transactions in a failover is not followed, and the transactions are named")
    func failover() async throws {
        try await withPair("failover") { primary, replica in
            var options = try await primary.makeReader("shop")
            options.hosts = [primary.endpoint.address, replica.endpoint.address]
            options.naming = "prefix: host_failover_"
            try await TestPipeline.with("host_failover", options) { pipeline in
                try await waitForReplica(replica, of: primary)
                try await pipeline.start()
                try await pipeline.wait(for: "shop.t", toBe: "streaming")
                try await replica.run("STOP REPLICA", "RESET REPLICA ALL")
                try await primary.run("INSERT INTO shop.t VALUES (10, 10)")
                try await primary.catchUp(pipeline)
                let lost = try await primary.executed().subtracting(replica.executed())
                await primary.kill()
                try await replica.run("INSERT INTO shop.t VALUES (11, 11)")
                try await eventually("the loss is named", within: .seconds(120)) {
                    try pipeline.logText().contains("lacks transactions that changed followed tables")
                }
                #expect(try pipeline.logText().contains(lost.singleLine))
                #expect(pipeline.leat?.isRunning == true)
                #expect(
                    try await pipeline.warehouse("SELECT groupArray(id) FROM host_failover_shop.t WHERE id > 5") == [
                        ["[10]"]
                    ]
                )
                try await pipeline.stop()
                try await pipeline.start()
                try await pipeline.expectFailure(within: .seconds(60), names: [lost.singleLine, "--copy-again"])
                try await pipeline.stop()
                let process = try await LeatProcess.start(
                    ["run", "--config", pipeline.configuration, "--copy-again"],
                    log: pipeline.log
                )
                pipeline.adopt(process)
                try await replica.catchUp(pipeline)
                try await pipeline.wait(for: "shop.t", toBe: "streaming")
                try await eventually("it is as at the new primary") {
                    try await pipeline.warehouse(
                        "SELECT groupArray(id) FROM (SELECT id FROM host_failover_shop.t WHERE id > 5)"
                    )
                        == [["[11]"]]
                }
            }
        }
    }

    @Test("where the first host has purged what is needed, the next one serves, and the doctor says so of each")
    func purged() async throws {
        try await withPair("purging") { primary, replica in
            var options = try await primary.makeReader("shop")
            options.hosts = [primary.endpoint.address, replica.endpoint.address]
            options.naming = "prefix: host_purged_"
            try await TestPipeline.with("host_purged", options) { pipeline in
                try await waitForReplica(replica, of: primary)
                try await pipeline.start()
                try await pipeline.wait(for: "shop.t", toBe: "streaming")
                try await primary.catchUp(pipeline)
                try await pipeline.stop()
                try await primary.run("INSERT INTO shop.t VALUES (10, 10)", "FLUSH BINARY LOGS")
                try await waitForReplica(replica, of: primary)
                let last = try await primary.scalar("SHOW BINARY LOG STATUS")
                try await primary.run("PURGE BINARY LOGS TO '\(last)'")
                let doctor = try await pipeline.command("doctor", "--json")
                #expect(doctor.output.contains("pipeline-binlogs-purged"), "\(doctor.output)")
                #expect(doctor.output.contains("only at another"), "\(doctor.output)")
                try await pipeline.start()
                try await primary.catchUp(pipeline)
                try await expectSame(pipeline, primary)
            }
        }
    }

    @Test("a host whose settings do not do is not followed, and no table is quarantined for it")
    func settings() async throws {
        try await withPair("settings") { primary, replica in
            var options = try await primary.makeReader("shop")
            options.hosts = [primary.endpoint.address, replica.endpoint.address]
            options.naming = "prefix: host_settings_"
            try await TestPipeline.with("host_settings", options) { pipeline in
                try await waitForReplica(replica, of: primary)
                try await pipeline.start()
                try await pipeline.wait(for: "shop.t", toBe: "streaming")
                try await primary.catchUp(pipeline)
                try await replica.run("SET GLOBAL binlog_row_metadata = 'MINIMAL'")
                await primary.kill()
                try await eventually("the setting is named", within: .seconds(90)) {
                    try pipeline.logText().contains("binlog_row_metadata is MINIMAL")
                }
                #expect(try await pipeline.states()["shop.t"] == "streaming")
                try await replica.run("SET GLOBAL binlog_row_metadata = 'FULL'", "STOP REPLICA")
                try await replica.run("INSERT INTO shop.t VALUES (20, 20)")
                try await replica.catchUp(pipeline)
                try await expectSame(pipeline, replica)
            }
        }
    }

    @Test("another client with the stream's server id and UUID makes it reconnect, no more")
    func clash() async throws {
        try await BareMySQL.with("clash", BareMySQL.followable) { server in
            try await server.run(
                "CREATE DATABASE shop",
                "CREATE TABLE shop.t (id INT PRIMARY KEY, v INT)",
                "INSERT INTO shop.t VALUES (1, 1)"
            )
            var options = try await server.makeReader("shop")
            options.naming = "prefix: host_clash_"
            try await TestPipeline.with("host_clash", options) { pipeline in
                try await pipeline.start()
                try await pipeline.wait(for: "shop.t", toBe: "streaming")
                try await server.catchUp(pipeline)
                let session = try await server.connect()
                let replicas = try await session.query("SHOW REPLICAS")
                let uuid = try #require(replicas.values(of: "Replica_UUID").first ?? nil)
                let id = try #require(replicas.values(of: "Server_Id").first.flatMap { $0 }.flatMap { UInt32($0) })
                try await session.execute("SET @replica_uuid = '\(uuid)', @slave_uuid = '\(uuid)'")
                session.submit(
                    session.command(
                        .dumpBinlog(serverID: id, encodedGTIDSet: try await server.executed().encodedForDump()),
                        kind: .binlogDump,
                        timeout: nil
                    )
                )
                try await eventually("the stream has noticed") {
                    try pipeline.logText().contains("same server_uuid")
                }
                try await server.run("INSERT INTO shop.t VALUES (2, 2)")
                try await server.catchUp(pipeline)
                try await expectSame(pipeline, server)
                #expect(pipeline.leat?.isRunning == true)
                #expect(try !pipeline.logText().contains("--copy-again"))
                await session.close()
            }
        }
    }
}
