import ClickHouseClient
import Foundation
import InfluxClient
import LeatTestSupport

@testable import DevPlatform

/// InfluxDB and ClickHouse for the tests of measurements, which take turns: some of them kill the servers.
actor SeriesServers {
    static let shared = SeriesServers()

    struct Servers: Sendable {
        let stack: ServerStack
        let influx: StackAddresses.InfluxDB
        let clickhouse: ClickHouseEndpoint
        let client: ClickHouseClient
        let folder: String

        /// The caller's to shut down.
        func influxClient(of database: String) -> InfluxClient {
            InfluxClient(
                endpoint: InfluxEndpoint(
                    url: influx.url,
                    database: database,
                    user: influx.user,
                    password: influx.password
                ),
                logger: silent
            )
        }

        /// Kills a server and waits until it is gone.
        func kill(_ server: StackServer) async throws {
            try await stack.kill(server)
            try await eventually("\(server.title) is gone") {
                await stack.processes().contains { $0.server == server } == false
            }
        }
    }

    private var starting: Task<Servers, any Error>?
    private var isInUse = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// Waits until no other test uses the servers: some break them.
    func enter() async {
        guard isInUse else {
            isInUse = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func leave() {
        if waiting.isEmpty { isInUse = false } else { waiting.removeFirst().resume() }
    }

    func servers() async throws -> Servers {
        if let starting { return try await starting.value }
        let starting = Task { try await Self.start() }
        self.starting = starting
        return try await starting.value
    }

    private static func start() async throws -> Servers {
        let folder = NSTemporaryDirectory() + "leat-integration-\(getpid())/series"
        var options = ServerStackOptions(home: folder + "/home")
        options.servers = [.influxdb, .clickhouse]
        options.ports = .free
        options.relaxedDurability = true
        let stack = ServerStack(options, logger: silent)
        let addresses = try await stack.start()
        guard let influx = addresses.influxdb, let clickhouse = addresses.clickhouse else {
            throw Overdue(description: "the platform has started without one of its servers")
        }
        let endpoint = ClickHouseEndpoint(url: clickhouse.url, user: clickhouse.user, password: clickhouse.password)
        atexit {
            let done = DispatchSemaphore(value: 0)
            Task.detached {
                await SeriesServers.shared.stop()
                done.signal()
            }
            _ = done.wait(timeout: .now() + 60)
        }
        return Servers(
            stack: stack,
            influx: influx,
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
}
