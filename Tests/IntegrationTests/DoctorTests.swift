import ClickHouseClient
import Foundation
import LeatTestSupport
import MySQLClient
import Testing

@testable import DevPlatform

/// `leat doctor` through its command: faults that are put there are named, each with cause, effect and remedy of its
/// own.
@Suite("Doctor", .sharesServers)
struct DoctorTests {
    struct Answer: Decodable {
        struct Finding: Decodable, Hashable {
            var check: String
            var severity: String
            var subject: String
            var cause: String
            var effect: String
            var remedy: String
        }

        var healthy: Bool
        var findings: [Finding]
    }

    /// What the doctor finds.
    private func examine(_ pipeline: TestPipeline) async throws -> (answer: Answer, exit: ChildExit) {
        let output = try await pipeline.command("doctor", "--json")
        let answer = try #require(
            try? JSONDecoder().decode(Answer.self, from: Data(output.output.utf8)),
            "\(output.output)\(output.errors)"
        )
        for finding in answer.findings {
            #expect(!finding.cause.isEmpty && !finding.effect.isEmpty && !finding.remedy.isEmpty, "\(finding)")
            #expect(!finding.cause.contains("secret-of-"), "a password shows")
        }
        return (answer, output.exit)
    }

    /// Expects these checks to have found something, and gives what they found.
    @discardableResult
    private func expect(
        _ checks: [String: String],
        in examined: (answer: Answer, exit: ChildExit),
        exit: Int32
    ) -> [Answer.Finding] {
        for (check, severity) in checks {
            let found = examined.answer.findings.filter { $0.check == check }
            #expect(!found.isEmpty, "\(check) is not among \(examined.answer.findings.map(\.check))")
            for finding in found { #expect(finding.severity == severity, "\(finding)") }
        }
        #expect(examined.exit == .code(exit))
        #expect(Set(examined.answer.findings).count == examined.answer.findings.count, "named twice")
        return examined.answer.findings
    }

    @Test("a pipeline that runs well has no blocker and no warning")
    func healthy() async throws {
        try await TestPipeline.with("doctor_well") { pipeline in
            try await pipeline.run("CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1)")
            try await pipeline.startAndSettle()
            let examined = try await examine(pipeline)
            #expect(examined.exit == .code(0), "\(examined.answer.findings)")
            #expect(examined.answer.healthy && examined.answer.findings.allSatisfy { $0.severity == "note" })
            let text = try await pipeline.command("doctor").output
            #expect(text.contains("MySQL \(pipeline.servers.primary.address)") && text.contains("checks"), "\(text)")
        }
    }

    @Test("on a server with everything set wrong, everything is reported in one run")
    func settings() async throws {
        let options = [
            "--log-bin=binlog", "--gtid-mode=OFF", "--binlog-format=STATEMENT", "--binlog-row-image=MINIMAL",
            "--binlog-row-metadata=MINIMAL", "--binlog-row-value-options=PARTIAL_JSON",
            "--binlog-expire-logs-seconds=600", "--max-connections=4", "--innodb-native-foreign-keys=ON",
        ]
        try await BareMySQL.with("doctor", options) { server in
            let source = try await MySQLConnection.connect(to: server.endpoint, logger: silent)
            for statement in [
                "CREATE DATABASE ward", "CREATE TABLE ward.parent (id INT PRIMARY KEY)",
                """
                CREATE TABLE ward.child (id INT PRIMARY KEY, parent INT,
                CONSTRAINT belongs FOREIGN KEY (parent) REFERENCES ward.parent (id) ON DELETE CASCADE)
                """,
                "CREATE TABLE ward.keyless (v INT)",
            ] { try await source.execute(statement) }
            var options = TestPipeline.Options()
            options.hosts = [server.endpoint.address]
            options.user = "root"
            options.password = ""
            options.follows = ["ward"]
            try await TestPipeline.with("doctor_settings", options) { pipeline in
                let found = expect(
                    [
                        "mysql-gtid-mode": "blocker", "mysql-binlog-format": "blocker",
                        "mysql-binlog-row-image": "blocker", "mysql-binlog-row-metadata": "blocker",
                        "mysql-binlog-row-value-options": "blocker", "mysql-binlog-retention": "warning",
                        "mysql-connections": "warning", "mysql-unlogged-cascade": "warning",
                        "mysql-table-key": "note",
                        "mysql-sync-binlog": "note", "mysql-innodb-flush-log-at-trx-commit": "note",
                        "pipeline-new": "note",
                    ],
                    in: try await examine(pipeline),
                    exit: 3
                )
                func cause(_ check: String) -> String { found.first { $0.check == check }?.cause ?? "" }
                #expect(cause("mysql-unlogged-cascade").contains("ward.child"))
                #expect(cause("mysql-unlogged-cascade").contains("belongs"))
                #expect(cause("mysql-table-key").contains("ward.keyless"))
                #expect(cause("mysql-binlog-retention").contains("10 min"))
            }
            await source.close()
        }
    }

    @Test("a server without a binlog, one that is not there, and the same one named twice")
    func hosts() async throws {
        let dead = [try FreePort.any(), try FreePort.any()].map { "127.0.0.1:\($0)" }
        try await BareMySQL.with("doctor_hosts", ["--skip-log-bin"]) { server in
            var options = TestPipeline.Options()
            options.user = "root"
            options.password = ""
            options.hosts = [server.endpoint.address, "localhost:\(server.endpoint.port)", dead[0]]
            options.follows = ["nothing_like_this"]
            try await TestPipeline.with("doctor_hosts", options) { pipeline in
                expect(
                    [
                        "mysql-log-bin": "blocker", "source-same-server": "warning", "mysql-unreachable": "warning",
                        "mysql-no-tables": "warning",
                    ],
                    in: try await examine(pipeline),
                    exit: 3
                )
            }
        }
        var options = TestPipeline.Options()
        options.hosts = dead
        try await TestPipeline.with("doctor_dead", options) { pipeline in
            expect(["source-unreachable": "blocker"], in: try await examine(pipeline), exit: 3)
        }
    }

    @Test("passwords and privileges of MySQL")
    func mysqlUser() async throws {
        var options = TestPipeline.Options()
        options.password = "secret-of-nobody"
        try await TestPipeline.with("doctor_password", options) { pipeline in
            expect(["mysql-password": "blocker"], in: try await examine(pipeline), exit: 3)
        }
        options.readsPrimary = true
        options.user = "doctor_poor"
        options.password = "secret-of-poor"
        try await TestPipeline.with("doctor_privileges", options) { pipeline in
            try await pipeline.run(
                "CREATE TABLE t (id INT PRIMARY KEY)",
                "CREATE USER doctor_poor@'%' IDENTIFIED BY 'secret-of-poor'",
                "GRANT SELECT ON *.* TO doctor_poor@'%'"
            )
            let found = expect(["mysql-privileges": "blocker"], in: try await examine(pipeline), exit: 3)
            #expect(found.first { $0.check == "mysql-privileges" }?.cause.contains("REPLICATION SLAVE") == true)
        }
    }

    @Test(
        "users of ClickHouse that may not do what they must",
        arguments: [
            ("readonly", "SETTINGS readonly = 1", "SELECT", "clickhouse-readonly"),
            ("rights", "", "SELECT", "clickhouse-rights"),
        ]
    )
    func warehouseUser(name: String, settings: String, granted: String, check: String) async throws {
        var options = TestPipeline.Options()
        options.clickhouseUser = "doctor_\(name)"
        options.clickhousePassword = "secret-of-\(name)"
        try await TestPipeline.with("doctor_\(name)", options) { pipeline in
            try await pipeline.warehouseExecute(
                "CREATE USER doctor_\(name) IDENTIFIED BY 'secret-of-\(name)' \(settings)"
            )
            try await pipeline.warehouseExecute("GRANT \(granted) ON *.* TO doctor_\(name)")
            expect([check: "blocker"], in: try await examine(pipeline), exit: 3)
        }
    }

    @Test("a ClickHouse that is not there, or refuses the password")
    func warehouse() async throws {
        var options = TestPipeline.Options()
        options.clickhouseURL = "http://127.0.0.1:\(try FreePort.any())"
        try await TestPipeline.with("doctor_no_warehouse", options) { pipeline in
            expect(["clickhouse-unreachable": "blocker"], in: try await examine(pipeline), exit: 3)
        }
        options = TestPipeline.Options()
        options.clickhousePassword = "secret-of-nobody"
        try await TestPipeline.with("doctor_warehouse_password", options) { pipeline in
            expect(["clickhouse-password": "blocker"], in: try await examine(pipeline), exit: 3)
        }
    }

    @Test("what has gone wrong in a pipeline and in its tables")
    func pipelines() async throws {
        try await TestPipeline.with("doctor_ill") { pipeline in
            try await pipeline.run(
                "CREATE TABLE t (id INT PRIMARY KEY, v INT)",
                "CREATE TABLE taken (id INT PRIMARY KEY)",
                "INSERT INTO t VALUES (1, 1)"
            )
            for statement in [
                "CREATE DATABASE IF NOT EXISTS doctor_ill_raw",
                "CREATE TABLE doctor_ill_raw.taken (id Int32) ENGINE = MergeTree ORDER BY id",
            ] { try await pipeline.warehouseExecute(statement) }
            try await pipeline.startAndSettle()
            try await pipeline.stop()
            try await pipeline.warehouseExecute(
                "CREATE TABLE doctor_ill_raw.mine (id UInt8) ENGINE = MergeTree ORDER BY id"
            )
            try await pipeline.warehouseExecute(
                "ALTER TABLE doctor_ill_raw.t UPDATE v = throwIf(v = 1, 'as planted') WHERE 1 SETTINGS mutations_sync = 0"
            )
            try await pipeline.warehouseExecute(
                """
                ALTER TABLE leat.checkpoints UPDATE at = at - toIntervalHour(5) WHERE pipeline = 'doctor_ill'
                SETTINGS mutations_sync = 2
                """
            )
            // As if it had ended hours ago, without a word.
            try await pipeline.warehouseExecute(
                "ALTER TABLE leat.pipelines DELETE WHERE pipeline = 'doctor_ill' SETTINGS mutations_sync = 2"
            )
            try await eventually("the change has failed once") {
                try await pipeline.warehouse(
                    "SELECT count() FROM system.mutations WHERE database = 'doctor_ill_raw' AND latest_fail_reason != ''"
                ) != [["0"]]
            }
            let found = expect(
                [
                    "pipeline-quarantined": "warning", "pipeline-not-running": "warning",
                    "clickhouse-mutation": "warning", "clickhouse-foreign-table": "warning",
                ],
                in: try await examine(pipeline),
                exit: 1
            )
            func cause(_ check: String) -> String { found.first { $0.check == check }?.cause ?? "" }
            #expect(cause("pipeline-quarantined").contains("doctor_ill.taken"))
            #expect(cause("pipeline-not-running").contains("5 h"))
            #expect(cause("clickhouse-mutation").contains("as planted"))
            #expect(cause("clickhouse-foreign-table").contains("doctor_ill_raw.mine"))
            try await pipeline.warehouseExecute("KILL MUTATION WHERE database = 'doctor_ill_raw' SYNC")
        }
    }

    @Test("a port that someone else uses, and a password that everybody can read")
    func host() async throws {
        try await TestPipeline.with("doctor_host") { pipeline in
            try await pipeline.run("CREATE TABLE t (id INT PRIMARY KEY)")
            let text = try String(contentsOfFile: pipeline.configuration, encoding: .utf8)
            let port = try #require(URL(string: pipeline.servers.clickhouse.url)?.port)
            let listen = try #require(text.firstMatch(of: /127\.0\.0\.1:[0-9]+"}/))
            let changed =
                text.replacing(listen.output, with: "127.0.0.1:\(port)\"}")
                .replacing("password-file: mysql.password", with: "password: \(pipeline.servers.primary.password)")
            try changed.write(toFile: pipeline.configuration, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: pipeline.configuration)
            expect(["host-port": "blocker", "host-secrets": "warning"], in: try await examine(pipeline), exit: 3)
        }
    }

    @Test("binlogs that are gone, and a source that lacks what is in ClickHouse")
    func positions() async throws {
        let log = ["--log-bin=binlog", "--gtid-mode=ON", "--enforce-gtid-consistency=ON", "--binlog-row-metadata=FULL"]
        try await BareMySQL.with("doctor_positions", log) { server in
            var options = TestPipeline.Options()
            options.hosts = [server.endpoint.address]
            options.user = "root"
            options.password = ""
            options.follows = ["kept"]
            try await TestPipeline.with("doctor_positions", options) { pipeline in
                let source = try await MySQLConnection.connect(to: server.endpoint, logger: silent)
                try await source.execute("CREATE DATABASE kept")
                try await source.execute("CREATE TABLE kept.t (id INT PRIMARY KEY)")
                try await pipeline.start()
                try await pipeline.wait(for: "kept.t", toBe: "streaming")
                try await pipeline.stop()
                for id in 1...3 {
                    try await source.execute("INSERT INTO kept.t VALUES (\(id))")
                    try await source.execute("FLUSH BINARY LOGS")
                }
                let name = try await source.query("SHOW BINARY LOG STATUS").scalar ?? ""
                try await source.execute("PURGE BINARY LOGS TO '\(name)'")
                expect(["pipeline-binlogs-purged": "blocker"], in: try await examine(pipeline), exit: 3)
                // As after a restore of an older backup.
                try await source.execute("RESET BINARY LOGS AND GTIDS")
                expect(["pipeline-ahead": "warning"], in: try await examine(pipeline), exit: 1)
                await source.close()
            }
        }
    }
}

/// A replica that has stopped can only be had by stopping the shared one.
@Suite("Doctor: a replica", .breaksServers)
struct DoctorReplicaTests {
    @Test("that does not replicate is named")
    func stopped() async throws {
        try await TestPipeline.with("doctor_replica") { pipeline in
            try await pipeline.run("CREATE TABLE t (id INT PRIMARY KEY)")
            let replica = try await MySQLConnection.connect(to: pipeline.servers.replica, logger: silent)
            try await replica.execute("STOP REPLICA SQL_THREAD")
            let output = try await pipeline.command("doctor", "--json")
            try await replica.execute("START REPLICA")
            await replica.close()
            let answer = try JSONDecoder().decode(DoctorTests.Answer.self, from: Data(output.output.utf8))
            let finding = try #require(answer.findings.first { $0.check == "mysql-replica-stopped" })
            #expect(finding.cause.contains("Replica_SQL_Running is No") && finding.remedy.contains("START REPLICA"))
            #expect(output.exit == .code(1))
        }
    }
}
