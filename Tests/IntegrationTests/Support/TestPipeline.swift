import ClickHouseClient
import Foundation
import LeatTestSupport
import MySQLClient
import MySQLProtocol
import Synchronization
import Testing

@testable import DevPlatform

/// A pipeline of one test: databases, a configuration and a `leat run` of its own, on the shared servers.
final class TestPipeline: Sendable {
    /// What a test wants that is different from the defaults.
    struct Options: Sendable {
        /// Read from the primary only, where a session's settings show in the binlog as they are; otherwise from the
        /// replica first, as `leat up` does it.
        var readsPrimary = false
        /// How many databases, called `<name>`, `<name>_2` …
        var databases = 1
        var batchRows = 100_000
        var durability = "relaxed"
        /// Lines of the source's `mysql:` section, in place of those made from the servers.
        var hosts: [String]?
        var user: String?
        var password: String?
        var clickhouseURL: String?
        var clickhouseUser: String?
        var clickhousePassword: String?
        /// A line at the level of `mysql:`.
        var naming: String?
        /// The section `verification:`. Off unless a test is about it: the servers have enough to do.
        var verification = "{background: off, checksums: off}"
        /// Writes a heartbeat row, in a database of its own.
        var hasHeartbeat = false
        /// A line at the top level of the file.
        var more: String?
        /// Tables of its first database that it does not follow.
        var leavesOut: [String] = []
        /// The databases to follow, if not its own.
        var follows: [String]?
    }

    let name: String
    let servers: TestPlatform.Servers
    let folder: String
    let databases: [String]
    /// The databases that are followed.
    let followed: [String]
    private let session: Mutex<MySQLConnection>
    private let running = Mutex<LeatProcess?>(nil)
    private let consolePort: Int

    var database: String { databases[0] }
    var configuration: String { folder + "/leat.yaml" }
    var log: String { folder + "/leat.log" }
    var leat: LeatProcess? { running.withLock { $0 } }
    /// On the primary, in the pipeline's database.
    var mysql: MySQLConnection { session.withLock { $0 } }

    /// Makes empty databases and a configuration, runs `body`, and ends what it has started.
    static func with(
        _ name: String,
        _ options: Options = Options(),
        _ body: (TestPipeline) async throws -> Void
    ) async throws {
        let pipeline = try await TestPipeline(name, options)
        do {
            try await body(pipeline)
        } catch {
            Issue.record("\(error)\nlast lines of leat:\n\(pipeline.leat?.tail ?? "not started")")
        }
        await pipeline.leat?.kill()
        await pipeline.mysql.close()
    }

    private init(_ name: String, _ options: Options) async throws {
        let servers = try await TestPlatform.shared.servers()
        self.name = name
        self.servers = servers
        folder = "\(servers.folder)/\(name)"
        databases = (1...options.databases).map { $0 == 1 ? name : "\(name)_\($0)" }
        followed = options.follows ?? databases
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        consolePort = try FreePort.any()
        let mysql = try await MySQLConnection.connect(to: servers.primary, logger: silent)
        session = Mutex(mysql)
        for database in databases {
            try await mysql.execute("CREATE DATABASE `\(database)` CHARACTER SET utf8mb4")
        }
        try await enter(mysql)
        try write(options)
    }

    private func enter(_ session: MySQLConnection) async throws {
        try await session.execute("USE `\(database)`")
        try await session.execute("SET time_zone = '+00:00'")
    }

    /// Connects to the primary again, which has gone away and come back.
    func reconnect() async throws {
        await mysql.close()
        let fresh = try await MySQLConnection.connect(to: servers.primary, logger: silent)
        try await enter(fresh)
        session.withLock { $0 = fresh }
    }

    /// Writes leat.yaml and the files with the passwords.
    func write(_ options: Options) throws {
        let replica = servers.replica.address
        let primary = servers.primary.address
        let hosts = options.hosts ?? (options.readsPrimary ? [primary] : [replica, primary])
        let patterns =
            followed.map { "\($0).*" } + options.leavesOut.map { "!\(databases[0]).\($0)" }
        let tables = patterns.map { "\"\($0)\"" }.joined(separator: ", ")
        let text = """
            sources:
              \(name):
                \(options.naming ?? "# named as in the source")
                mysql:
                  hosts: [\(hosts.joined(separator: ", "))]
                  user: \(options.user ?? servers.primary.user)
                  password-file: mysql.password
                  tables: [\(tables)]
                  snapshot: {connections: 2}
                  heartbeat: \(options.hasHeartbeat ? "{host: \"\(primary)\", table: \(name)_beat.heartbeat}" : "null")
            warehouse:
              clickhouse:
                url: \(options.clickhouseURL ?? servers.clickhouse.url)
                user: \(options.clickhouseUser ?? servers.clickhouse.user)
                password-file: clickhouse.password
                durability: \(options.durability)
            batches: {rows: \(options.batchRows), interval: 100ms}
            verification: \(options.verification)
            console: {listen: "127.0.0.1:\(consolePort)"}
            \(options.more ?? "# nothing more")

            """
        try text.write(toFile: configuration, atomically: true, encoding: .utf8)
        try (options.password ?? servers.primary.password)
            .write(toFile: folder + "/mysql.password", atomically: true, encoding: .utf8)
        try (options.clickhousePassword ?? servers.clickhouse.password)
            .write(toFile: folder + "/clickhouse.password", atomically: true, encoding: .utf8)
    }

    // MARK: leat

    /// Starts `leat run`, once the replica has all that the primary has: so what is there by now is copied.
    ///
    /// - Parameter environment: added to that of the tests.
    func start(environment: [String: String] = [:]) async throws {
        try await waitForReplica()
        let process = try await LeatProcess.start(
            ["run", "--config", configuration],
            log: log,
            environment: environment
        )
        running.withLock { $0 = process }
    }

    /// Starts a second `leat run` of the same pipeline, from a folder of its own. The caller ends it.
    func startTwin() async throws -> LeatProcess {
        let twin = folder + "/twin"
        try FileManager.default.createDirectory(atPath: twin, withIntermediateDirectories: true)
        for file in ["mysql.password", "clickhouse.password"] {
            try FileManager.default.copyItem(atPath: "\(folder)/\(file)", toPath: "\(twin)/\(file)")
        }
        let lines = try String(contentsOfFile: configuration, encoding: .utf8).split(separator: "\n").map {
            $0.hasPrefix("console:") ? "console: {listen: \"127.0.0.1:\((try? FreePort.any()) ?? 1)\"}" : String($0)
        }
        try lines.joined(separator: "\n").write(toFile: twin + "/leat.yaml", atomically: true, encoding: .utf8)
        return try await LeatProcess.start(["run", "--config", twin + "/leat.yaml"], log: twin + "/leat.log")
    }

    /// Takes another process for the one to wait for and to end.
    func adopt(_ process: LeatProcess) { running.withLock { $0 = process } }

    /// Starts `leat run` and waits until all tables are copied, or quarantined, and everything has arrived.
    func startAndSettle(within timeout: Duration = .seconds(90)) async throws {
        try await start()
        try await settle(within: timeout)
    }

    private func waitForReplica() async throws {
        let position = try await mysql.query("SELECT @@GLOBAL.gtid_executed").scalar ?? ""
        let replica = try await MySQLConnection.connect(to: servers.replica, logger: silent)
        let answer = try await replica.query("SELECT WAIT_FOR_EXECUTED_GTID_SET('\(position)', 900)").scalar
        await replica.close()
        guard answer == "0" else { throw Overdue(description: "the replica does not come to \(position)") }
    }

    /// Ends `leat run` with SIGTERM.
    @discardableResult
    func stop() async throws -> ChildExit {
        guard let leat else { throw Overdue(description: "leat was not started") }
        return try await leat.terminate()
    }

    /// Runs another command of leat on this configuration.
    func command(_ arguments: String..., within timeout: Duration = .seconds(60)) async throws -> LeatAnswer {
        try await LeatAnswer(arguments + ["--config", configuration], in: folder, within: timeout)
    }

    /// The page for Prometheus; empty while nothing answers.
    func metricsText() async -> String { await LoopbackHTTP(port: consolePort).get("/metrics")?.body ?? "" }

    /// How the running process says it is: `ok`, `degraded` or `failed`.
    func health() async throws -> String {
        struct Report: Decodable { var status: String }
        return try JSONDecoder().decode(Report.self, from: Data(try await healthText().utf8)).status
    }

    /// All that it says about its health.
    func healthText() async throws -> String {
        guard let answer = await LoopbackHTTP(port: consolePort).get("/health") else {
            throw Overdue(description: "/health does not answer")
        }
        return answer.body
    }

    /// Everything that it has logged.
    func logText() throws -> String { try String(contentsOfFile: log, encoding: .utf8) }

    /// What `/metrics` says now.
    func metrics() async throws -> MetricsPage {
        guard let answer = await LoopbackHTTP(port: consolePort).get("/metrics"), answer.status == 200 else {
            throw Overdue(description: "/metrics does not answer")
        }
        return MetricsPage(answer.body)
    }

    /// `leat_lag_seconds` now.
    func lag() async throws -> Double { try await metrics().value("leat_lag_seconds") ?? .nan }

    // MARK: Servers

    /// Runs statements on the primary; what they answer is of no interest.
    func run(_ statements: String...) async throws {
        for statement in statements { _ = try await mysql.query(statement) }
    }

    /// The answer of ClickHouse.
    func warehouse(_ sql: String) async throws -> [[String?]] { try await servers.client.rows(sql) }

    /// A statement on ClickHouse, as somebody would run it who is not Leat.
    func warehouseExecute(_ sql: String) async throws { try await servers.client.execute(sql) }

    /// Another session on the primary, in the pipeline's database.
    func withSession(_ body: (MySQLConnection) async throws -> Void) async throws {
        let session = try await MySQLConnection.connect(to: servers.primary, logger: silent)
        try await enter(session)
        try await body(session)
        await session.close()
    }
}
