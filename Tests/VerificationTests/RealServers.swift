import ClickHouseClient
import ClickHouseFormat
import Foundation
import LeatState
import Logging
import MySQLClient
import MySQLSchema
import Synchronization
import Verification

/// A private MySQL and a private ClickHouse server in a temporary folder, on free loopback ports; started once, and
/// ended with the tests.
actor RealServers {
    struct Missing: Error, CustomStringConvertible {
        var description: String
    }

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
        let folder = FileManager.default.temporaryDirectory.path + "/leat-verify-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let mysqld = try program("mysqld")
        let clickHouse = try program("clickhouse-server")
        let basic = ["--no-defaults", "--datadir=\(folder)/mysql"]
        let initialize = try run(mysqld, basic + ["--initialize-insecure"], log: "\(folder)/init.log")
        initialize.waitUntilExit()
        let mysql = try run(
            mysqld,
            basic + [
                "--socket=\(folder)/mysql.sock", "--skip-networking", "--server-id=1", "--gtid-mode=ON",
                "--enforce-gtid-consistency=ON", "--max-allowed-packet=4M", "--performance-schema=OFF",
                "--innodb-buffer-pool-size=64M", "--innodb-flush-log-at-trx-commit=0", "--sync-binlog=0",
            ],
            log: "\(folder)/mysql.log"
        )
        let port = try freePort()
        try clickHouseConfiguration(folder, port: port)
            .write(toFile: "\(folder)/config.xml", atomically: true, encoding: .utf8)
        let warehouse = try run(clickHouse, ["--config-file=\(folder)/config.xml"], log: "\(folder)/clickhouse.log")
        try endWithTests([mysql, warehouse], folder: folder)

        let logger = Logger(label: "verification-tests")
        var source = MySQLEndpoint(host: "localhost", user: "root", password: "", tls: .disabled)
        source.unixSocketPath = "\(folder)/mysql.sock"
        let client = ClickHouseClient(
            endpoint: ClickHouseEndpoint(url: "http://127.0.0.1:\(port)"),
            compression: .lz4,
            logger: logger
        )
        let endpoint = source
        try await untilItWorks { try await client.ping() }
        let connection = try await untilItWorks { try await MySQLConnection.connect(to: endpoint, logger: logger) }
        return Running(source: source, connection: connection, warehouse: client)
    }

    private static func program(_ name: String) throws -> String {
        let environment = ProcessInfo.processInfo.environment
        let cache = environment["LEAT_CACHE"] ?? (environment["HOME"] ?? "") + "/.cache/leat"
        let folders = [cache + "/bin"] + (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        for folder in folders where FileManager.default.isExecutableFile(atPath: "\(folder)/\(name)") {
            return "\(folder)/\(name)"
        }
        throw Missing(description: "\(name) is not there; run scripts/bootstrap")
    }

    private static func run(_ program: String, _ arguments: [String], log: String) throws -> Process {
        if log != "/dev/null" { _ = FileManager.default.createFile(atPath: log, contents: nil) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: log)
        process.standardError = process.standardOutput
        try process.run()
        return process
    }

    /// The tests end without a word; a shell sees it and ends the servers.
    private static func endWithTests(_ servers: [Process], folder: String) throws {
        let pids = servers.map { String($0.processIdentifier) }.joined(separator: " ")
        let script = """
            while kill -0 \(ProcessInfo.processInfo.processIdentifier) 2>/dev/null; do sleep 1; done
            kill \(pids); sleep 3; kill -9 \(pids) 2>/dev/null; rm -rf \(folder)
            """
        _ = try run("/bin/sh", ["-c", script], log: "/dev/null")
    }

    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) == 0 && getsockname(descriptor, generic, &length) == 0
            }
        }
        guard isBound else { throw Missing(description: "no free port on loopback") }
        return Int(UInt16(bigEndian: address.sin_port))
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

    @discardableResult
    private static func untilItWorks<T: Sendable>(_ body: @Sendable () async throws -> T) async throws -> T {
        let deadline = ContinuousClock.now + .seconds(120)
        while true {
            do { return try await body() } catch {
                if ContinuousClock.now > deadline { throw error }
                try await Task.sleep(for: .milliseconds(100))
            }
        }
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
