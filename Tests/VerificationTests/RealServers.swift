import ClickHouseClient
import ClickHouseFormat
import Foundation
import LeatState
import LeatTestSupport
import Logging
import MySQLClient
import MySQLSchema
import Verification

/// A private MySQL and a private ClickHouse server in a temporary folder, on free loopback ports; started once, and
/// ended with the tests.
actor RealServers {
    static let shared = RealServers()

    private var starting: Task<Running, any Error>?

    struct Running: Sendable {
        var source: MySQLEndpoint
        var connection: MySQLConnection
        var warehouse: ClickHouseClient
    }

    /// Starts the servers if they do not run yet.
    func running() async throws -> Running {
        if let starting { return try await starting.value }
        let task = Task { try await Self.start() }
        starting = task
        return try await task.value
    }

    private static func start() async throws -> Running {
        let mysql = try TestServerProcess("mysqld")
        let warehouse = try TestServerProcess("clickhouse-server")
        let logger = Logger(label: "verification-tests")
        let socket = mysql.home.appendingPathComponent("s").path
        var source = MySQLEndpoint(host: "localhost", user: "root", password: "", tls: .disabled)
        source.unixSocketPath = socket
        let endpoint = source
        let basic = ["--no-defaults", "--datadir=\(mysql.home.appendingPathComponent("data").path)"]
        try mysql.run(basic + ["--initialize-insecure"])
        let connection = try await mysql.start(
            basic + [
                "--socket=\(socket)", "--skip-networking", "--server-id=1", "--gtid-mode=ON",
                "--enforce-gtid-consistency=ON", "--max-allowed-packet=4M", "--performance-schema=OFF",
                "--innodb-buffer-pool-size=64M", "--innodb-flush-log-at-trx-commit=0", "--sync-binlog=0",
            ]
        ) { try await MySQLConnection.connect(to: endpoint, logger: logger) }

        let port = try FreePort.any()
        let configuration = warehouse.home.appendingPathComponent("config.xml").path
        try clickHouseConfiguration(warehouse.home.path, port: port)
            .write(toFile: configuration, atomically: true, encoding: .utf8)
        let client = ClickHouseClient(
            endpoint: ClickHouseEndpoint(url: "http://127.0.0.1:\(port)"),
            compression: .lz4,
            logger: logger
        )
        try await warehouse.start(["--config-file=\(configuration)"]) { try await client.ping() }
        return Running(source: source, connection: connection, warehouse: client)
    }

    private static func clickHouseConfiguration(_ folder: String, port: Int) -> String {
        """
        <clickhouse>
            <logger><level>warning</level><console>1</console></logger>
            <listen_host>127.0.0.1</listen_host><http_port>\(port)</http_port>
            <path>\(folder)/clickhouse/</path><tmp_path>\(folder)/clickhouse/tmp/</tmp_path>
            <mark_cache_size>50000000</mark_cache_size>
            <user_directories><users_xml><path>\(folder)/config.xml</path></users_xml></user_directories>
            <profiles><default/></profiles><quotas><default/></quotas>
            <users><default><password/><networks><ip>127.0.0.1</ip></networks><profile>default</profile>
            <quota>default</quota></default></users>
        </clickhouse>
        """
    }
}

extension RealServers.Running {
    func mysql(_ statements: String...) async throws {
        for statement in statements { try await connection.execute(statement) }
    }

    func clickHouse(_ statements: String...) async throws {
        for statement in statements { try await warehouse.execute(statement, settings: ["mutations_sync": "2"]) }
    }

    /// Creates the database on both sides, empty, and what a pipeline keeps about itself.
    func prepare(_ database: String) async throws {
        try await mysql(
            "DROP DATABASE IF EXISTS `\(database)`",
            "CREATE DATABASE `\(database)` CHARACTER SET utf8mb4",
            "USE `\(database)`"
        )
        try await clickHouse(
            "DROP DATABASE IF EXISTS `\(database)` SYNC",
            "CREATE DATABASE `\(database)`"
        )
        try await StateSchema.prepare(with: warehouse)
        for table in ["checkpoints", "batches", "tables"] {
            try await clickHouse("ALTER TABLE leat.\(table) DELETE WHERE pipeline = '\(database)'")
        }
    }

    /// Says, as a pipeline called like the database does, that all the source's transactions have been carried over.
    func saveCheckpoint(
        _ database: String,
        position: String? = nil,
        acknowledged: UInt64 = 0,
        age: Int = 0
    ) async throws {
        let executed = try await connection.query("SELECT @@GLOBAL.gtid_executed").scalar ?? ""
        try await clickHouse(
            """
            INSERT INTO leat.checkpoints (pipeline, acknowledged, position, at)
            SELECT '\(database)', \(acknowledged), '\(position ?? executed)', now64(6, 'UTC') - \(age)
            """
        )
    }

    func saveState(_ database: String, table: String, _ state: String = "streaming", cause: String = "") async throws {
        let name = ClickHouseClient.quote(literal: "\(database).\(table)")
        try await clickHouse(
            """
            INSERT INTO leat.tables (pipeline, table, revision, state, cause)
            SELECT '\(database)', \(name), toUnixTimestamp64Micro(now64(6)), '\(state)', '\(cause)'
            """
        )
    }

    /// Verifies all tables of the database, which the pipeline called like it is said to follow.
    func verify(
        _ database: String,
        options: Verifier.Options = .init(),
        after earlier: VerificationReport? = nil,
        report: @escaping @Sendable (VerificationProgress) -> Void = { _ in }
    ) async throws -> VerificationReport {
        let logger = Logger(label: "verification-tests")
        let tables = try await Verifier.tables(at: source, where: { $0.database == database }, logger: logger)
        let verifier = Verifier(
            source: source,
            warehouse: warehouse,
            pipeline: database,
            options: options,
            logger: logger
        )
        return try await verifier.run(tables: tables, after: earlier, report: report)
    }

    /// The same for tables that are being streamed, with all transactions carried over.
    func verifyCaughtUp(_ database: String, tables: String...) async throws -> VerificationReport {
        for table in tables { try await saveState(database, table: table) }
        try await saveCheckpoint(database)
        return try await verify(database)
    }
}
