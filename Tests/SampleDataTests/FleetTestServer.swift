import Foundation
import InfluxClient
import Logging

/// An InfluxDB server of the tests' own, started once for all of them and ended with the process.
///
/// `influxd` is looked for where `scripts/bootstrap` puts it (`LEAT_CACHE`, else `~/.cache/leat`), then on `PATH`.
actor FleetTestServer {
    static let shared = FleetTestServer()

    private struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private var starting: Task<String, any Error>?
    private var databases = 0

    /// A new database on the server, which is started by the first who asks.
    func newDatabase() async throws -> InfluxEndpoint {
        let starting = self.starting ?? Task { try await FleetTestServer.start() }
        self.starting = starting
        let url = try await starting.value
        databases += 1
        let endpoint = InfluxEndpoint(url: url, database: "iot\(databases)")
        try await FleetTestServer.withClient(endpoint) { client in
            try await client.query("CREATE DATABASE \"\(endpoint.database)\"", database: "")
        }
        return endpoint
    }

    /// Runs `body` with a client that is shut down afterwards.
    @discardableResult
    static func withClient<Result: Sendable>(
        _ endpoint: InfluxEndpoint,
        _ body: (InfluxClient) async throws -> Result
    ) async throws -> Result {
        let client = InfluxClient(endpoint: endpoint, logger: Logger(label: "test"))
        do {
            let result = try await body(client)
            try await client.shutdown()
            return result
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    private static func start() async throws -> String {
        let home = FileManager.default.temporaryDirectory.appendingPathComponent("leat-fleet-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        let port = try freePort()
        let url = "http://127.0.0.1:\(port)"
        let configuration = home.appendingPathComponent("influxdb.conf").path
        try """
        reporting-disabled = true
        bind-address = "127.0.0.1:0"
        [meta]
          dir = "\(home.path)/meta"
        [data]
          dir = "\(home.path)/data"
          wal-dir = "\(home.path)/wal"
          query-log-enabled = false
        [monitor]
          store-enabled = false
        [http]
          bind-address = "127.0.0.1:\(port)"
          log-enabled = false
        """.write(toFile: configuration, atomically: true, encoding: .utf8)
        let log = home.appendingPathComponent("log").path
        let server = try run(try influxd(), ["-config", configuration], log: log)
        // A watcher ends the server and removes its files when this process ends.
        _ = try run(
            "/bin/sh",
            [
                "-c", "while kill -0 $1 2>/dev/null; do sleep 1; done; kill $2; sleep 2; rm -rf \"$3\"", "watch",
                "\(ProcessInfo.processInfo.processIdentifier)", "\(server.processIdentifier)", home.path,
            ],
            log: "/dev/null"
        )
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            do {
                _ = try await withClient(InfluxEndpoint(url: url, database: "")) { try await $0.ping() }
                return url
            } catch {
                guard server.isRunning, .now < deadline else {
                    throw Failure(description: "influxd does not answer (\(error)): \(log)")
                }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    private static func freePort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
            }
        }
        guard status == 0 else { throw Failure(description: "no free port: \(String(cString: strerror(errno)))") }
        return UInt16(bigEndian: address.sin_port)
    }

    private static func influxd() throws -> String {
        let environment = ProcessInfo.processInfo.environment
        let cache = environment["LEAT_CACHE"] ?? (environment["HOME"] ?? "") + "/.cache/leat"
        let folders = [cache + "/bin"] + (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        for folder in folders where FileManager.default.isExecutableFile(atPath: folder + "/influxd") {
            return folder + "/influxd"
        }
        throw Failure(description: "no influxd in \(cache)/bin or on PATH: run scripts/bootstrap")
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
