import ClickHouseClient
import Foundation
import LeatTestSupport
import Logging
import MySQLClient

@testable import DevPlatform

/// The servers that all these tests share: a MySQL primary, its replica and ClickHouse. Started by the first who asks,
/// stopped when the process ends (and, should it crash, by the system: it signals the servers when their parent dies).
actor TestPlatform {
    static let shared = TestPlatform()

    /// Where the servers are, and a way to break them.
    struct Servers: Sendable {
        let stack: ServerStack
        let addresses: StackAddresses
        /// As the user `leat`, who may do everything.
        let primary: MySQLEndpoint
        let replica: MySQLEndpoint
        let clickhouse: ClickHouseEndpoint
        let client: ClickHouseClient
        /// For files of tests: one folder per pipeline.
        let folder: String

        /// Kills a server and waits until it is gone.
        func kill(_ server: StackServer) async throws {
            try await stack.kill(server)
            try await eventually("\(server.title) is gone") {
                await stack.processes().contains { $0.server == server } == false
            }
        }
    }

    private var starting: Task<Servers, any Error>?

    /// - Throws: `ServerStackError`: a server that is missing or does not start fails the test that needs it.
    ///   ``Overdue`` in a test that has not waited for its turn: another might be stopping these servers.
    func servers() async throws -> Servers {
        guard PlatformAccess.isGranted else {
            throw Overdue(description: "the suite needs .sharesServers or .breaksServers")
        }
        if let starting { return try await starting.value }
        let starting = Task { try await Self.start() }
        self.starting = starting
        return try await starting.value
    }

    /// Brings back what a test has broken and, having failed itself, has not fixed.
    func restore() async throws {
        guard let servers = try await starting?.value else { return }
        for server in [StackServer.mysqlPrimary, .mysqlReplica, .clickhouse] {
            try? await servers.stack.kill(server, signal: SIGCONT)
            try await servers.stack.start(server)
        }
    }

    private static let prefix = "leat-integration-"

    private static func start() async throws -> Servers {
        removeLeftovers()
        let folder = NSTemporaryDirectory() + "\(prefix)\(getpid())"
        var options = ServerStackOptions(home: folder + "/home")
        options.servers = [.mysqlPrimary, .mysqlReplica, .clickhouse]
        options.ports = .free
        options.relaxedDurability = true
        let stack = ServerStack(options, logger: silent)
        let addresses = try await stack.start()
        guard let mysql = addresses.mysql, let replica = mysql.replica, let clickhouse = addresses.clickhouse else {
            throw Overdue(description: "the platform has started without one of its servers")
        }
        let endpoint = ClickHouseEndpoint(url: clickhouse.url, user: clickhouse.user, password: clickhouse.password)
        atexit {
            let done = DispatchSemaphore(value: 0)
            Task.detached {
                await TestPlatform.shared.stop()
                done.signal()
            }
            _ = done.wait(timeout: .now() + 60)
        }
        return Servers(
            stack: stack,
            addresses: addresses,
            primary: mysql.primary.endpoint,
            replica: replica.endpoint,
            clickhouse: endpoint,
            client: ClickHouseClient(endpoint: endpoint, logger: silent),
            folder: folder
        )
    }

    private func stop() async {
        guard let servers = try? await starting?.value else { return }
        await servers.stack.stop()
        if ProcessInfo.processInfo.environment["LEAT_KEEP"] == nil {
            try? FileManager.default.removeItem(atPath: servers.folder)
        }
    }

    /// Folders of test runs that were killed before they could remove them.
    private static func removeLeftovers() {
        let temporary = NSTemporaryDirectory()
        for name in (try? FileManager.default.contentsOfDirectory(atPath: temporary)) ?? [] {
            guard name.hasPrefix(prefix), let owner = Int32(name.dropFirst(prefix.count)), kill(owner, 0) != 0 else {
                continue
            }
            try? FileManager.default.removeItem(atPath: temporary + name)
        }
    }
}

/// What the tests' own clients log: nothing.
let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

extension StackAddresses.MySQLServer {
    var endpoint: MySQLEndpoint {
        MySQLEndpoint(host: host, port: port, user: user, password: password, allowsLocalData: true)
    }
}
