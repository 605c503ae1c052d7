import Foundation
import LeatTestSupport
import MySQLClient

/// A MySQL server of the tests' own, started once for all of them and ended with the process.
actor TestServer {
    static let shared = TestServer()

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
        let server = try TestServerProcess("mysqld")
        let data = server.home.appendingPathComponent("data").path
        try server.run(["--no-defaults", "--datadir=\(data)", "--initialize-insecure"])
        // Over the socket only: no port to find.
        let socket = server.home.appendingPathComponent("s").path
        let endpoint = MySQLEndpoint(host: "localhost", user: "root", password: "", unixSocketPath: socket)
        try await server.start(
            [
                "--no-defaults", "--datadir=\(data)", "--socket=\(socket)", "--skip-networking", "--local-infile=ON",
                "--performance-schema=OFF", "--innodb-buffer-pool-size=128M", "--innodb-flush-log-at-trx-commit=2",
                "--sync-binlog=0", "--pid-file=\(server.home.appendingPathComponent("pid").path)", "--server-id=1",
            ]
        ) {
            await (try MySQLConnection.connect(to: endpoint)).close()
        }
        return endpoint
    }
}
