import ClickHouseClient
import Foundation
import InfluxClient
import InfluxProtocol
import LeatTestSupport
import MySQLClient
import Testing

@testable import DevPlatform

/// `leat doctor` on InfluxDB sources, and on a set-up in which everything is wrong at the same time.
@Suite("Doctor: InfluxDB", .serialized, .sharesServers)
struct SeriesDoctorTests {
    /// What the doctor finds, by check.
    private func examine(
        _ bench: SeriesBench,
        filesMax: Int? = nil
    ) async throws -> (findings: [DoctorTests.Answer.Finding], exit: ChildExit) {
        let output = try await LeatAnswer(
            ["doctor", "--json", "--config", bench.configuration],
            in: bench.folder,
            filesMax: filesMax
        )
        let answer = try #require(
            try? JSONDecoder().decode(DoctorTests.Answer.self, from: Data(output.output.utf8)),
            "\(output.output)\(output.errors)"
        )
        for finding in answer.findings {
            #expect(!finding.cause.isEmpty && !finding.effect.isEmpty && !finding.remedy.isEmpty, "\(finding)")
            #expect(!"\(finding)".contains("secret-of-"), "a password shows")
        }
        return (answer.findings, output.exit)
    }

    /// Expects one finding of this kind, and nothing else that is worse than a note.
    private func expect(
        only check: String,
        _ severity: String,
        cause: String,
        in bench: SeriesBench
    ) async throws {
        let (findings, exit) = try await examine(bench)
        let found = findings.filter { $0.severity != "note" }
        #expect(found.map(\.check) == [check], "\(findings)")
        #expect(found.first?.severity == severity && found.first?.cause.contains(cause) == true, "\(found)")
        #expect(exit == .code(severity == "blocker" ? 3 : 1))
    }

    @Test("a server that is not there, a wrong password, and a database that is missing are three blockers")
    func reaching() async throws {
        let port = try FreePort.any()
        try await SeriesBench.with("dr_away", .init(influxURL: "http://127.0.0.1:\(port)")) { bench in
            try await expect(only: "influxdb-unreachable", "blocker", cause: "does not answer", in: bench)
        }
        try await SeriesBench.with("dr_password", .init(password: "secret-of-nobody")) { bench in
            try await expect(only: "influxdb-password", "blocker", cause: "refuses the user", in: bench)
        }
        try await SeriesBench.with("dr_database", .init(influxDatabase: "nothing_like_this")) { bench in
            try await expect(only: "influxdb-database", "blocker", cause: "`nothing_like_this`", in: bench)
        }
    }

    @Test("a user who may not subscribe is named, and what comes of it")
    func administrator() async throws {
        let options = SeriesBench.Options(user: "dr_reader", password: "secret-of-reader")
        try await SeriesBench.with("dr_reader", options) { bench in
            try await bench.influx.createUser("dr_reader", password: "secret-of-reader")
            try await bench.influx.grant(.read, on: bench.database, to: "dr_reader")
            try await expect(only: "influxdb-administrator", "warning", cause: "no administrator", in: bench)
            try await bench.influx.dropUser("dr_reader")
        }
    }

    @Test("addresses at which nothing can be pushed to us: one that the server cannot reach, not ours, or taken")
    func listening() async throws {
        let servers = try await SeriesServers.shared.servers()
        // An address that is not loopback by its text, and reaches the server all the same.
        let elsewhere = servers.influx.url.replacing("127.0.0.1", with: "0.0.0.0")
        try await SeriesBench.with("dr_loopback", .init(influxURL: elsewhere)) { bench in
            try await expect(only: "influxdb-listen", "warning", cause: "only this machine can reach", in: bench)
        }
        // Of the block for documentation: nobody has it.
        try await SeriesBench.with("dr_foreign", .init(more: ["listen: 192.0.2.1"])) { bench in
            try await expect(only: "influxdb-listen-address", "blocker", cause: "192.0.2.1", in: bench)
        }
        let taken = try #require(URL(string: servers.clickhouse.url)?.port)
        try await SeriesBench.with("dr_taken", .init(more: ["listen: \"127.0.0.1:\(taken)\""])) { bench in
            try await expect(only: "influxdb-listen-port", "blocker", cause: "127.0.0.1:\(taken)", in: bench)
        }
    }

    @Test("points that the source forgets before they are read for the last time")
    func retention() async throws {
        try await SeriesBench.with("dr_retention", .init(lookback: "2h")) { bench in
            try await bench.influx.query(
                "CREATE RETENTION POLICY \"brief\" ON \"\(bench.database)\" DURATION 1h REPLICATION 1",
                database: ""
            )
            try await expect(only: "influxdb-retention", "warning", cause: "`brief` keeps points for 1h", in: bench)
        }
    }

    @Test("a process that runs well and listens at a port of its own is not taken for someone else's")
    func running() async throws {
        let port = try FreePort.any()
        try await SeriesBench.with("dr_running", .init(more: ["listen: \"127.0.0.1:\(port)\""])) { bench in
            try await bench.write("m,d=a v=1 \(SeriesBench.now())")
            try await bench.start()
            try await bench.equal("m")
            try await bench.wait(for: "m", toBe: "streaming")
            let (findings, exit) = try await examine(bench)
            #expect(findings.allSatisfy { $0.severity == "note" } && exit == .code(0), "\(findings)")
        }
    }

    // MARK: Everything wrong

    /// What is wrong in ``everything()``, with the word that the cause must have.
    private static let faults: [(check: String, severity: String, cause: String)] = [
        ("host-port", "blocker", "another program listens"),
        ("host-secrets", "warning", "others may read it"),
        ("host-files", "warning", "200 files"),
        ("clickhouse-parts", "warning", "fragments has 5"),
        ("clickhouse-mutation", "warning", "as planted"),
        ("clickhouse-foreign-table", "warning", "mine"),
        ("mysql-gtid-mode", "blocker", "gtid_mode is OFF"),
        ("mysql-binlog-format", "blocker", "STATEMENT"),
        ("mysql-binlog-row-image", "blocker", "MINIMAL"),
        ("mysql-binlog-row-metadata", "blocker", "MINIMAL"),
        ("mysql-binlog-row-value-options", "blocker", "PARTIAL_JSON"),
        ("mysql-binlog-retention", "warning", "10 min"),
        ("mysql-connections", "warning", "of 4 connections"),
        ("mysql-unlogged-cascade", "warning", "belongs"),
        ("mysql-table-key", "note", "ward.keyless"),
        ("mysql-password", "blocker", "Access denied"),
        ("mysql-unreachable", "blocker", "refused"),
        ("influxdb-unreachable", "blocker", "does not answer"),
        ("influxdb-password", "blocker", "refuses the user"),
        ("influxdb-database", "blocker", "no database `nowhere`"),
        ("influxdb-administrator", "warning", "no administrator"),
        ("influxdb-listen", "warning", "only this machine"),
        ("influxdb-listen-address", "blocker", "192.0.2.1"),
        ("influxdb-listen-port", "blocker", "another program listens"),
        ("influxdb-retention", "warning", "`brief`"),
    ]

    @Test("26 simultaneous faults are 26 findings, each with a cause and a remedy of its own, and exit code 3")
    func everything() async throws {
        let options = [
            "--log-bin=binlog", "--gtid-mode=OFF", "--binlog-format=STATEMENT", "--binlog-row-image=MINIMAL",
            "--binlog-row-metadata=MINIMAL", "--binlog-row-value-options=PARTIAL_JSON",
            "--binlog-expire-logs-seconds=600", "--max-connections=4", "--innodb-native-foreign-keys=ON",
        ]
        try await BareMySQL.with("doctor_all", options) { server in
            try await SeriesBench.with("dr_all") { bench in
                try await plant(in: server)
                try await plant(in: bench)
                try configure(bench, server)
                let (findings, exit) = try await examine(bench, filesMax: 200)
                #expect(exit == .code(3))
                for fault in Self.faults {
                    let found = findings.filter { $0.check == fault.check }
                    #expect(
                        found.contains { $0.severity == fault.severity && $0.cause.contains(fault.cause) },
                        "\(fault) is not among \(findings)"
                    )
                }
                let known = Set(Self.faults.map(\.check))
                #expect(findings.filter { $0.severity != "note" && !known.contains($0.check) }.isEmpty, "\(findings)")
                let remedies = Self.faults.compactMap { fault in findings.first { $0.check == fault.check }?.remedy }
                #expect(Set(remedies).count == Self.faults.count, "two faults have the same remedy")
            }
        }
    }

    private func plant(in server: BareMySQL) async throws {
        let session = try await MySQLConnection.connect(to: server.endpoint, logger: silent)
        for statement in [
            "CREATE DATABASE ward", "CREATE TABLE ward.parent (id INT PRIMARY KEY)",
            """
            CREATE TABLE ward.child (id INT PRIMARY KEY, parent INT,
            CONSTRAINT belongs FOREIGN KEY (parent) REFERENCES ward.parent (id) ON DELETE CASCADE)
            """,
            "CREATE TABLE ward.keyless (v INT)",
        ] { try await session.execute(statement) }
        await session.close()
    }

    private func plant(in bench: SeriesBench) async throws {
        try await bench.influx.query(
            "CREATE RETENTION POLICY \"brief\" ON \"\(bench.database)\" DURATION 1h REPLICATION 1",
            database: ""
        )
        try await bench.influx.createUser("dr_all", password: "secret-of-all")
        try await bench.influx.grant(.read, on: bench.database, to: "dr_all")
        let warehouse = bench.servers.client
        for statement in [
            "CREATE DATABASE dr_all_raw",
            """
            CREATE TABLE dr_all_raw.fragments (id UInt64) ENGINE = MergeTree ORDER BY id
            SETTINGS parts_to_delay_insert = 2000, parts_to_throw_insert = 3000 COMMENT 'leat:shop'
            """,
            "SYSTEM STOP MERGES dr_all_raw.fragments",
            """
            INSERT INTO dr_all_raw.fragments SELECT number FROM numbers(510) SETTINGS max_block_size = 1,
            min_insert_block_size_rows = 1, min_insert_block_size_bytes = 1, max_insert_threads = 1
            """,
            "CREATE TABLE dr_all_raw.mine (id UInt64) ENGINE = MergeTree ORDER BY id",
            "CREATE TABLE dr_all_raw.stuck (id UInt64, v Int64) ENGINE = MergeTree ORDER BY id COMMENT 'leat:shop'",
            "INSERT INTO dr_all_raw.stuck VALUES (1, 1)",
            "ALTER TABLE dr_all_raw.stuck UPDATE v = throwIf(v = 1, 'as planted') WHERE 1 SETTINGS mutations_sync = 0",
        ] { try await warehouse.execute(statement) }
        try await eventually("the change has failed once") {
            try await bench.number(
                "SELECT count() FROM system.mutations WHERE database = 'dr_all_raw' AND latest_fail_reason != ''"
            ) != 0
        }
    }

    private func configure(_ bench: SeriesBench, _ server: BareMySQL) throws {
        let clickhouse = bench.servers.clickhouse
        let influx = bench.servers.influx
        let taken = try #require(URL(string: clickhouse.url)?.port)
        let sources: [(name: String, keys: String)] = [
            ("shop", "mysql: {hosts: [\"\(server.endpoint.address)\"], user: root, tables: [\"ward.*\"]}"),
            (
                "locked",
                "mysql: {hosts: [\"\(server.endpoint.address)\"], user: root, password: secret-of-root, "
                    + "tables: [\"locked.*\"]}"
            ),
            (
                "away",
                "mysql: {hosts: [\"127.0.0.1:\(try FreePort.any())\"], user: root, tables: [\"away.*\"]}"
            ),
            (
                "i_away",
                "influxdb: {url: \"http://127.0.0.1:\(try FreePort.any())\", database: i1}"
            ),
            ("i_locked", "influxdb: {url: \"\(influx.url)\", database: i2, user: nobody, password: secret-of-nobody}"),
            ("i_none", influxSource(bench, database: "nowhere")),
            (
                "i_reader",
                "prefix: i4_\n    influxdb: {url: \"\(influx.url)\", database: \(bench.database), user: dr_all, "
                    + "password: secret-of-all, lookback: 1m}"
            ),
            (
                "i_loopback",
                "prefix: i5_\n    "
                    + influxSource(bench, url: influx.url.replacing("127.0.0.1", with: "0.0.0.0"), "lookback: 1m")
            ),
            ("i_foreign", "prefix: i6_\n    " + influxSource(bench, "lookback: 1m", "listen: 192.0.2.1")),
            ("i_taken", "prefix: i7_\n    " + influxSource(bench, "lookback: 1m", "listen: \"127.0.0.1:\(taken)\"")),
            ("i_brief", "prefix: i8_\n    " + influxSource(bench, "lookback: 2h")),
        ]
        let text =
            "sources:\n" + sources.map { "  \($0.name):\n    \($0.keys)\n" }.joined()
                + """
                warehouse:
                  clickhouse: {url: "\(clickhouse.url)", user: "\(clickhouse.user)", password: "\(clickhouse.password)"}
                console: {listen: "127.0.0.1:\(taken)"}

                """
        try text.write(toFile: bench.configuration, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: bench.configuration)
    }

    /// As the administrator.
    private func influxSource(
        _ bench: SeriesBench,
        url: String? = nil,
        database: String? = nil,
        _ more: String...
    ) -> String {
        let influx = bench.servers.influx
        let keys =
            [
                "url: \"\(url ?? influx.url)\"", "database: \(database ?? bench.database)", "user: \(influx.user)",
                "password: \"\(influx.password)\"",
            ] + more
        return "influxdb: {\(keys.joined(separator: ", "))}"
    }
}
