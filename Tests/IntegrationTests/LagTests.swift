import Foundation
import LeatTestSupport
import MySQLClient
import Testing

@testable import DevPlatform

/// `leat_lag_seconds` must be believed: 0 where nothing happens, and rising wherever something has died.
@Suite("Faults: the lag tells the truth", .breaksServers, .serialized)
struct LagTests {
    private func withRunning(
        _ name: String,
        hosts: ((TestPlatform.Servers) -> [String])? = nil,
        _ body: (TestPipeline) async throws -> Void
    ) async throws {
        var options = TestPipeline.Options()
        if let hosts { options.hosts = hosts(try await TestPlatform.shared.servers()) }
        try await TestPipeline.with(name, options) { pipeline in
            try await pipeline.run("CREATE TABLE t (id INT PRIMARY KEY, v TEXT)", "INSERT INTO t VALUES (1, 'a')")
            try await pipeline.startAndSettle()
            try await expectCurrent(pipeline)
            try await body(pipeline)
        }
    }

    private func expectCurrent(_ pipeline: TestPipeline) async throws {
        try await eventually("the lag is 0", within: .seconds(30)) { try await pipeline.lag() == 0 }
    }

    /// It becomes more than 4 s, and continues with the clock.
    private func expectRising(_ pipeline: TestPipeline) async throws {
        try await eventually("the lag rises", within: .seconds(30)) { try await pipeline.lag() > 4 }
        let (first, start) = (try await pipeline.lag(), ContinuousClock.now)
        try await eventually("the lag goes on to rise", within: .seconds(20)) { try await pipeline.lag() > first + 3 }
        #expect(.now - start > .seconds(2), "no faster than time passes")
        #expect(pipeline.leat?.isRunning == true)
    }

    /// `leat status` says whose lag it is, and, of an error, which.
    private func expectOrigin(_ origin: String, _ pipeline: TestPipeline, cause: Bool = true) async throws {
        let found = try #require(try await pipeline.status().pipelines.first)
        #expect(found.lagOf == origin && found.lagSeconds > 1, "\(found)")
        #expect(found.cause.isEmpty != cause, "\(found)")
    }

    @Test("it stays below 2 s while nothing happens, and one row an hour is no hour's lag")
    func idle() async throws {
        try await withRunning("lag_idle") { pipeline in
            var (samples, worst) = (0, 0.0)
            try await eventually("it was looked at for a while", within: .seconds(30), every: .milliseconds(100)) {
                worst = max(worst, try await pipeline.lag())
                samples += 1
                return samples > 60
            }
            #expect(worst < 2)
            // Between two checks of an idle source a row comes, is late by the time it takes, and is there.
            try await pipeline.run("INSERT INTO t VALUES (2, 'b')")
            try await pipeline.catchUp()
            #expect(try await pipeline.lag() < 4)
            try await expectCurrent(pipeline)
        }
    }

    @Test("the source is killed: it rises, and is 0 again once the source is back")
    func sourceKilled() async throws {
        try await withRunning("lag_killed", hosts: { [$0.primary.address] }) { pipeline in
            try await pipeline.servers.kill(.mysqlPrimary)
            try await expectRising(pipeline)
            try await expectOrigin("source", pipeline)
            #expect(try await pipeline.metrics().value("leat_source_up") == 0)
            #expect(try await pipeline.metrics().value("leat_mysql_up") == 0)
            try await pipeline.servers.stack.start(.mysqlPrimary)
            try await expectCurrent(pipeline)
            try await eventually("the source is up") { try await pipeline.metrics().value("leat_source_up") == 1 }
            try await eventually("the stream and who watches the lag have connected anew", within: .seconds(30)) {
                try await pipeline.metrics().sum("leat_reconnects_total") >= 2
            }
            try await eventually("the host is up") { try await pipeline.metrics().value("leat_mysql_up") == 1 }
            try await pipeline.reconnect()
        }
    }

    @Test("the source hangs without a word: it rises")
    func sourceHangs() async throws {
        try await withRunning("lag_hangs", hosts: { [$0.primary.address] }) { pipeline in
            try await pipeline.servers.stack.kill(.mysqlPrimary, signal: SIGSTOP)
            try await expectRising(pipeline)
            try await pipeline.servers.stack.kill(.mysqlPrimary, signal: SIGCONT)
            try await expectCurrent(pipeline)
        }
    }

    @Test("the stream is refused while the source answers everything else: it rises with what is not read")
    func streamRefused() async throws {
        let servers = try await TestPlatform.shared.servers()
        let root = try await MySQLConnection.connect(to: servers.primary, logger: silent)
        for statement in [
            "CREATE USER lag_stream IDENTIFIED BY 'secret'",
            "GRANT SELECT, REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO lag_stream",
        ] { try await root.execute(statement) }
        var options = TestPipeline.Options()
        options.hosts = [servers.primary.address]
        options.user = "lag_stream"
        options.password = "secret"
        try await TestPipeline.with("lag_stream", options) { pipeline in
            try await pipeline.run("CREATE TABLE t (id INT PRIMARY KEY, v TEXT)")
            try await pipeline.startAndSettle()
            try await expectCurrent(pipeline)
            try await root.execute("REVOKE REPLICATION SLAVE ON *.* FROM lag_stream")
            let dumps = try await root.processes()
                .filter { $0.user == "lag_stream" && $0.command.hasPrefix("Binlog Dump") }
            #expect(dumps.count == 1)
            for dump in dumps { try await root.execute("KILL \(dump.id)") }
            try await pipeline.run("INSERT INTO t VALUES (1, 'a')")
            try await expectRising(pipeline)
            try await expectOrigin("source", pipeline)
            #expect(try await pipeline.metrics().value("leat_source_up") == 1)
            try await root.execute("GRANT REPLICATION SLAVE ON *.* TO lag_stream")
            try await pipeline.catchUp()
            try await expectCurrent(pipeline)
            try await pipeline.expectSame("t")
        }
        try await root.execute("DROP USER lag_stream")
        await root.close()
    }

    @Test("ClickHouse is away or hangs: it rises, also when nobody writes", arguments: [SIGKILL, SIGSTOP])
    func warehouse(signal: Int32) async throws {
        try await withRunning(signal == SIGKILL ? "lag_warehouse" : "lag_warehouse_hangs") { pipeline in
            try await pipeline.servers.stack.kill(.clickhouse, signal: signal)
            try await expectRising(pipeline)
            try await expectOrigin("warehouse", pipeline)
            #expect(try await pipeline.metrics().value("leat_warehouse_up") == 0)
            try? await pipeline.servers.stack.kill(.clickhouse, signal: SIGCONT)
            try await pipeline.servers.stack.start(.clickhouse)
            try await expectCurrent(pipeline)
            try await eventually("the warehouse is up") { try await pipeline.metrics().value("leat_warehouse_up") == 1 }
        }
    }

    @Test(
        "the replica that is read from does not replicate any more: it rises, though all that the replica has is there",
        arguments: ["SQL_THREAD", "IO_THREAD"]
    )
    func replicaStopped(thread: String) async throws {
        try await withRunning("lag_\(thread.lowercased())") { pipeline in
            let replica = try await MySQLConnection.connect(to: pipeline.servers.replica, logger: silent)
            try await replica.execute("STOP REPLICA \(thread)")
            do {
                try await pipeline.run("INSERT INTO t VALUES (2, 'not replicated')")
                try await expectRising(pipeline)
                try await expectOrigin("replica", pipeline, cause: false)
                try await eventually("the host's own metrics say it, too", within: .seconds(20)) {
                    let page = try await pipeline.metrics()
                    return page.value("leat_mysql_replica_running") == 0
                        && page.value("leat_mysql_replica_lag_seconds") ?? 0 > 3
                }
            } catch {
                Issue.record(error)
            }
            try await replica.execute("START REPLICA")
            await replica.close()
            try await pipeline.catchUp()
            try await expectCurrent(pipeline)
            try await pipeline.expectSame("t")
        }
    }
}
