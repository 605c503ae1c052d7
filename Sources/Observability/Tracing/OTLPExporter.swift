import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import Tracing

/// Sends ended spans to a collector, over HTTP with JSON, once a second. It never holds up or fails the work: what a
/// collector does not take is dropped, and counted in the log.
///
/// Source: https://opentelemetry.io/docs/specs/otlp/#otlphttp
package final class OTLPExporter: Sendable {
    /// Spans of one request.
    private static let requestSpansMax = 512
    private static let timeout = TimeAmount.seconds(5)

    package let tracer: OTLPTracer
    private let endpoint: String
    private let version: String
    private let instance: String
    private let interval: Duration
    private let queue: SpanQueue
    private let logger: Logger

    /// - Parameters:
    ///   - endpoint: `http://127.0.0.1:4318`, without the path.
    ///   - version: Leat's.
    ///   - instance: what distinguishes this process from others.
    package convenience init(endpoint: String, version: String, instance: String, logger: Logger) {
        self.init(endpoint: endpoint, version: version, instance: instance, queue: SpanQueue(), logger: logger)
    }

    init(
        endpoint: String,
        version: String,
        instance: String,
        interval: Duration = .seconds(1),
        queue: SpanQueue,
        logger: Logger
    ) {
        self.endpoint = endpoint
        self.version = version
        self.instance = instance
        self.interval = interval
        self.queue = queue
        self.logger = logger
        tracer = OTLPTracer(queue: queue)
    }

    /// Sends until cancelled, then what is left, once.
    package func run() async throws {
        let client = HTTPClient(eventLoopGroupProvider: .singleton)
        while !Task.isCancelled {
            await send(with: client)
            try? await Task.sleep(for: interval)
        }
        // In a task of its own, since this one is cancelled by now.
        await Task { await self.send(with: client) }.value
        try? await client.shutdown()
    }

    /// Sends everything that waits, or gives it up: a collector that is away is not asked twice in a round.
    private func send(with client: HTTPClient) async {
        var reason: String?
        while reason == nil {
            let spans = queue.take(Self.requestSpansMax)
            guard !spans.isEmpty else { break }
            do {
                try await send(spans, with: client)
            } catch {
                queue.drop(spans.count)
                reason = "\(error)"
            }
        }
        let dropped = queue.takeDropped()
        if dropped > 0 {
            logger.warning(
                "spans were dropped",
                metadata: [
                    "spans": .stringConvertible(dropped), "collector": "\(endpoint)",
                    "error": "\(reason ?? "more ended than could be sent")",
                ]
            )
        }
    }

    private func send(_ spans: [FinishedSpan], with client: HTTPClient) async throws {
        var request = HTTPClientRequest(url: endpoint + "/v1/traces")
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        let document = OTLPDocument(spans, version: version, instance: instance)
        request.body = .bytes(ByteBuffer(bytes: try document.json()))
        let response = try await client.execute(request, timeout: Self.timeout)
        guard (200..<300).contains(response.status.code) else { throw CollectorRefusal(status: response.status.code) }
        // The connection can be used again once the answer is read.
        for try await _ in response.body {}
    }
}

/// A collector that does not want what it gets.
struct CollectorRefusal: Error, CustomStringConvertible {
    var status: UInt
    var description: String { "it answers with the status \(status)" }
}
