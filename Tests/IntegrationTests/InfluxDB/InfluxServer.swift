import Foundation
import InfluxClient
import LeatTestSupport
import Logging

@testable import DevPlatform

/// An InfluxDB server for the client's own tests, which kill it: no other test uses it.
actor InfluxServer {
    static let shared = InfluxServer()

    private struct Running: Sendable {
        let stack: ServerStack
        let endpoint: InfluxEndpoint
        let home: String
    }

    private var starting: Task<Running, any Error>?

    private func running() async throws -> Running {
        if let starting { return try await starting.value }
        let starting = Task { try await Self.launch() }
        self.starting = starting
        return try await starting.value
    }

    private static func launch() async throws -> Running {
        let home = NSTemporaryDirectory() + "leat-integration-\(getpid())/influx-client"
        var options = ServerStackOptions(home: home)
        options.servers = [.influxdb]
        options.ports = .free
        options.relaxedDurability = true
        let stack = ServerStack(options, logger: silent)
        guard let address = try await stack.start().influxdb else {
            throw Overdue(description: "the platform has started without InfluxDB")
        }
        atexit {
            let done = DispatchSemaphore(value: 0)
            Task.detached {
                await InfluxServer.shared.stop()
                done.signal()
            }
            _ = done.wait(timeout: .now() + 60)
        }
        let endpoint = InfluxEndpoint(
            url: address.url,
            database: address.database,
            user: address.user,
            password: address.password
        )
        return Running(stack: stack, endpoint: endpoint, home: home)
    }

    private func stop() async {
        guard let running = try? await starting?.value else { return }
        await running.stack.stop()
        try? FileManager.default.removeItem(atPath: running.home)
    }

    func endpoint() async throws -> InfluxEndpoint { try await running().endpoint }

    /// `SIGKILL`, as `kill -9` and the system short of memory do it.
    func kill() async throws {
        let stack = try await running().stack
        try await stack.kill(.influxdb)
        try await eventually("InfluxDB is gone") { await stack.processes().isEmpty }
    }

    /// Starts it again and waits until it answers.
    func start() async throws { try await running().stack.start(.influxdb) }
}
