import ClickHouseClient
import ClickHouseFormat
import Foundation
import LeatTestSupport
import Logging

@testable import DevPlatform

/// A ClickHouse server for the client's own tests, which kill it: no other test uses it.
actor ClickHouseServer {
    static let shared = ClickHouseServer()

    private struct Running: Sendable {
        let stack: ServerStack
        let endpoint: ClickHouseEndpoint
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
        let home = NSTemporaryDirectory() + "leat-integration-\(getpid())/clickhouse-client"
        var options = ServerStackOptions(home: home)
        options.servers = [.clickhouse]
        options.ports = .free
        options.relaxedDurability = true
        let stack = ServerStack(options, logger: silent)
        guard let address = try await stack.start().clickhouse else {
            throw Overdue(description: "the platform has started without ClickHouse")
        }
        atexit {
            let done = DispatchSemaphore(value: 0)
            Task.detached {
                await ClickHouseServer.shared.stop()
                done.signal()
            }
            _ = done.wait(timeout: .now() + 60)
        }
        let endpoint = ClickHouseEndpoint(url: address.url, user: address.user, password: address.password)
        return Running(stack: stack, endpoint: endpoint, home: home)
    }

    private func stop() async {
        guard let running = try? await starting?.value else { return }
        await running.stack.stop()
        try? FileManager.default.removeItem(atPath: running.home)
    }

    func endpoint() async throws -> ClickHouseEndpoint { try await running().endpoint }

    /// `SIGKILL`, as `kill -9` and the system short of memory do it.
    func kill() async throws { try await running().stack.kill(.clickhouse) }

    /// Starts it again and waits until it answers.
    func start() async throws { try await running().stack.start(.clickhouse) }
}
