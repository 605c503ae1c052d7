import ClickHouseClient
import LeatTestSupport
import MySQLClient
import Testing

@testable import DevPlatform

/// What must be so before a pipeline can run, and is not: each a message of its own, quickly, with a remedy.
@Suite("A start that cannot succeed", .sharesServers)
struct StartErrorTests {
    /// Starts `leat run` and expects its pipeline to fail of something that names `words`, while the process stays.
    private func expectRefusal(
        _ name: String,
        _ options: TestPipeline.Options = TestPipeline.Options(),
        names words: String...,
        prepare: (TestPipeline) async throws -> Void = { _ in }
    ) async throws {
        try await TestPipeline.with("start_\(name)", options) { pipeline in
            try await pipeline.run("CREATE TABLE t (id INT PRIMARY KEY)")
            try await prepare(pipeline)
            try await pipeline.start()
            try await pipeline.expectFailure(names: words)
            let log = try pipeline.logText()
            let passwords = [pipeline.servers.primary.password, pipeline.servers.clickhouse.password, "wrong-password"]
            #expect(!passwords.contains { log.contains($0) }, "a password shows")
        }
    }

    @Test("MySQL refuses the password")
    func mysqlPassword() async throws {
        var options = TestPipeline.Options()
        options.password = "wrong-password"
        try await expectRefusal("mysql_password", options, names: "Access denied", "password")
    }

    @Test("ClickHouse refuses the password")
    func clickhousePassword() async throws {
        var options = TestPipeline.Options()
        options.clickhousePassword = "wrong-password"
        try await expectRefusal("clickhouse_password", options, names: "ClickHouse", "password:", "warehouse")
    }

    @Test("MySQL is not there")
    func mysqlDown() async throws {
        var options = TestPipeline.Options()
        let port = try FreePort.any()
        options.hosts = ["127.0.0.1:\(port)"]
        try await expectRefusal("mysql_down", options, names: "127.0.0.1:\(port)", "hosts")
    }

    @Test("ClickHouse is not there")
    func clickhouseDown() async throws {
        var options = TestPipeline.Options()
        let port = try FreePort.any()
        options.clickhouseURL = "http://127.0.0.1:\(port)"
        try await expectRefusal("clickhouse_down", options, names: "127.0.0.1:\(port)", "ClickHouse", "warehouse")
    }

    @Test(
        "the binlog is off, or logged in a way that cannot be followed",
        arguments: [
            ("log_bin", "--skip-log-bin", "log_bin is OFF"),
            ("statement", "--binlog-format=STATEMENT", "binlog_format is STATEMENT"),
            ("mixed", "--binlog-format=MIXED", "binlog_format is MIXED"),
            ("gtid", "--gtid-mode=OFF", "gtid_mode is OFF"),
            ("row_image", "--binlog-row-image=MINIMAL", "binlog_row_image is MINIMAL"),
            ("metadata", "--binlog-row-metadata=MINIMAL", "binlog_row_metadata is MINIMAL"),
        ]
    )
    func binlog(name: String, option: String, message: String) async throws {
        let good = [
            "--log-bin=binlog", "--gtid-mode=ON", "--enforce-gtid-consistency=ON", "--binlog-row-metadata=FULL",
        ]
        let key = option.split(separator: "=")[0].replacing("--skip-log-bin", with: "--log-bin")
        try await BareMySQL.with(name, good.filter { !$0.hasPrefix(key + "=") } + [option]) { server in
            var options = TestPipeline.Options()
            options.hosts = ["127.0.0.1:\(server.endpoint.port)"]
            options.user = "root"
            options.password = ""
            try await expectRefusal("binlog_\(name)", options, names: message, "127.0.0.1:\(server.endpoint.port)")
        }
    }

    @Test(
        "a privilege is missing",
        arguments: [
            ("replication", "SELECT, REPLICATION CLIENT", "REPLICATION SLAVE"),
            ("client", "SELECT, REPLICATION SLAVE", "REPLICATION CLIENT"),
            ("select", "REPLICATION SLAVE, REPLICATION CLIENT", "SELECT"),
        ]
    )
    func privileges(name: String, granted: String, missing: String) async throws {
        var options = TestPipeline.Options()
        options.readsPrimary = true
        options.user = "poor_\(name)"
        options.password = "secret-of-\(name)"
        try await expectRefusal("privilege_\(name)", options, names: missing, "GRANT", "poor_\(name)") { pipeline in
            try await pipeline.run(
                "CREATE USER poor_\(name)@'%' IDENTIFIED BY 'secret-of-\(name)'",
                "GRANT \(granted) ON *.* TO poor_\(name)@'%'"
            )
        }
    }

    @Test("the least that docs promise to be enough is enough")
    func leastPrivileges() async throws {
        var options = TestPipeline.Options()
        options.readsPrimary = true
        options.user = "just_enough"
        options.password = "enough"
        try await TestPipeline.with("least_privileges", options) { pipeline in
            try await pipeline.run(
                "CREATE TABLE t (id INT PRIMARY KEY)",
                "INSERT INTO t VALUES (1)",
                "CREATE USER just_enough@'%' IDENTIFIED BY 'enough'",
                "GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO just_enough@'%'",
                "GRANT SELECT ON least_privileges.* TO just_enough@'%'"
            )
            try await pipeline.startAndSettle()
            try await pipeline.run("INSERT INTO t VALUES (2)")
            try await pipeline.catchUp()
            try await pipeline.expectSame("t")
        }
    }

    @Test(
        "the ClickHouse user may only read, or may not create databases",
        arguments: [
            ("readonly", "SETTINGS readonly = 1", "GRANT ALL ON *.* TO ", "readonly"),
            ("nothing", "", "GRANT SELECT ON *.* TO ", "CREATE"),
        ]
    )
    func readOnly(name: String, settings: String, grant: String, word: String) async throws {
        var options = TestPipeline.Options()
        options.clickhouseUser = "ch_\(name)"
        options.clickhousePassword = "secret"
        try await expectRefusal("clickhouse_\(name)", options, names: "ClickHouse", word) { pipeline in
            try await pipeline.warehouseExecute("CREATE USER ch_\(name) IDENTIFIED BY 'secret' \(settings)")
            try? await pipeline.warehouseExecute(grant + "ch_\(name)")
        }
    }

    @Test("the configuration is wrong: exit code 2, with file, line and key")
    func configuration() async throws {
        var options = TestPipeline.Options()
        options.naming = "surprise: 1"
        try await TestPipeline.with("start_configuration", options) { pipeline in
            let answer = try await pipeline.command("run", within: .seconds(30))
            #expect(answer.exit == .code(2))
            #expect(answer.errors.contains("leat.yaml:3") && answer.errors.contains("surprise"), "\(answer.errors)")
        }
    }

    @Test("the console's port is taken")
    func consolePort() async throws {
        try await TestPipeline.with("start_console") { pipeline in
            try await pipeline.run("CREATE TABLE t (id INT PRIMARY KEY)")
            try await pipeline.startAndSettle()
            // The same configuration again: the same port, whose owner must not be harmed.
            let answer = try await pipeline.command("run", within: .seconds(30))
            #expect(answer.exit == .code(3))
            #expect(answer.errors.contains("console") && answer.errors.contains("\n  fix: "), "\(answer.errors)")
            try await pipeline.run("INSERT INTO t VALUES (1)")
            try await pipeline.catchUp()
            let order = try await pipeline.command("tables", "resync", "start_console.t")
            #expect(order.exit == .code(0), "\(order.errors)")
        }
    }
}
