import Foundation
import InfluxClient
import LeatTestSupport
import Logging

/// An InfluxDB server of the tests' own, started once for all of them and ended with the process.
actor FleetTestServer {
    static let shared = FleetTestServer()

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
        let server = try TestServerProcess("influxd")
        let home = server.home
        let port = try FreePort.any()
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
        try await server.start(["-config", configuration]) {
            _ = try await withClient(InfluxEndpoint(url: url, database: "")) { try await $0.ping() }
        }
        return url
    }
}
