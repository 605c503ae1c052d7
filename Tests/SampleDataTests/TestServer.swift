import Foundation
import MySQLClient

/// A MySQL server of the tests' own, started once for all of them and ended with the process.
///
/// `mysqld` is looked for where `scripts/bootstrap` puts it (`LEAT_CACHE`, else `~/.cache/leat`), then on `PATH`.
actor TestServer {
    static let shared = TestServer()

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private var starting: Task<MySQLEndpoint, any Error>?

    /// Where the server answers; started by the first who asks.
    func endpoint() async throws -> MySQLEndpoint {
        if let starting { return try await starting.value }
        let starting = Task { try await TestServer.start() }
        self.starting = starting
        return try await starting.value
    }

    /// An empty place for a shop, no longer there when the test process ends.
    func newDatabase() -> String {
        databases += 1
        return "shop\(databases)"
    }

    private var databases = 0

    private static func start() async throws -> MySQLEndpoint {
        let program = try mysqld()
        let home = FileManager.default.temporaryDirectory.appendingPathComponent("leat-generator-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        let data = home.appendingPathComponent("data").path
        let log = home.appendingPathComponent("log").path
        let initialize = try run(program, ["--no-defaults", "--datadir=\(data)", "--initialize-insecure"], log: log)
        initialize.waitUntilExit()
        guard initialize.terminationStatus == 0 else {
            throw Failure(description: "mysqld --initialize-insecure failed: \(log)")
        }
        let socket = home.appendingPathComponent("s").path
        // Over the socket only: no port to find. A watcher ends the server and removes its files when this process
        // ends.
        let server = try run(
            program,
            [
                "--no-defaults", "--datadir=\(data)", "--socket=\(socket)", "--skip-networking", "--local-infile=ON",
                "--performance-schema=OFF", "--innodb-buffer-pool-size=128M", "--innodb-flush-log-at-trx-commit=2",
                "--sync-binlog=0", "--pid-file=\(home.appendingPathComponent("pid").path)", "--server-id=1",
            ],
            log: log
        )
        _ = try run(
            "/bin/sh",
            [
                "-c", "while kill -0 $1 2>/dev/null; do sleep 1; done; kill $2; sleep 5; rm -rf \"$3\"", "watch",
                "\(ProcessInfo.processInfo.processIdentifier)", "\(server.processIdentifier)", home.path,
            ],
            log: "/dev/null"
        )
        let endpoint = MySQLEndpoint(host: "localhost", user: "root", password: "", unixSocketPath: socket)
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            do {
                await (try MySQLConnection.connect(to: endpoint)).close()
                return endpoint
            } catch {
                guard server.isRunning, .now < deadline else {
                    throw Failure(description: "mysqld does not answer (\(error)): \(log)")
                }
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    private static func mysqld() throws -> String {
        let environment = ProcessInfo.processInfo.environment
        let cache = environment["LEAT_CACHE"] ?? (environment["HOME"] ?? "") + "/.cache/leat"
        let folders = [cache + "/bin"] + (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        for folder in folders where FileManager.default.isExecutableFile(atPath: folder + "/mysqld") {
            return folder + "/mysqld"
        }
        throw Failure(description: "no mysqld in \(cache)/bin or on PATH: run scripts/bootstrap")
    }

    private static func run(_ program: String, _ arguments: [String], log: String) throws -> Process {
        if !FileManager.default.fileExists(atPath: log) {
            _ = FileManager.default.createFile(atPath: log, contents: nil)
        }
        let output = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        try output.seekToEnd()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        return process
    }
}
