import ClickHouseClient
import ClickHouseFormat
import Logging
import Testing

@testable import LeatState

@Suite("Waiting for batches", .timeLimit(.minutes(1)))
struct BatchLogWaitTests {
    private static func withLog(_ body: (BatchLog) async throws -> Void) async throws {
        let logger = Logger(label: "test")
        let client = ClickHouseClient(
            endpoint: ClickHouseEndpoint(url: "http://127.0.0.1:1"),
            compression: .none,
            logger: logger
        )
        let log = BatchLog(client: client, pipeline: "p", owner: "o", logger: logger) { _, _ in }
        do { try await body(log) } catch {
            try await client.shutdown()
            throw error
        }
        try await client.shutdown()
    }

    @Test("ends when all up to the number are acknowledged, in whatever order")
    func acknowledged() async throws {
        try await Self.withLog { log in
            let waiting = Task { try await log.waitUntilAcknowledged(2) }
            await log.acknowledge(2)
            #expect(await log.acknowledged == 0)
            await log.acknowledge(1)
            try await waiting.value
            #expect(await log.acknowledged == 2)
            // What is acknowledged already is not waited for.
            try await log.waitUntilAcknowledged(2)
            try await log.waitUntilAcknowledged(0)
        }
    }

    @Test("ends when it is cancelled, before or while it waits")
    func cancelled() async throws {
        try await Self.withLog { log in
            for yields in [0, 100] {
                let waiting = Task { try await log.waitUntilAcknowledged(7) }
                for _ in 0..<yields { await Task.yield() }
                waiting.cancel()
                await #expect(throws: CancellationError.self) { try await waiting.value }
            }
        }
    }
}
