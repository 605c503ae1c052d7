import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// A collector of traces: takes OTLP over HTTP in JSON, and keeps what it gets.
final class SpanCollector: Sendable {
    /// A span as it came.
    struct Span: Sendable {
        var trace: String
        var identity: String
        var parent: String?
        var name: String
        var start: UInt64
        var end: UInt64
        var attributes: [String: String]
        var hasFailed: Bool
    }

    private struct Body: Decodable {
        struct Value: Decodable {
            var stringValue: String?
            var intValue: String?
        }
        struct Attribute: Decodable {
            var key: String
            var value: Value
        }
        struct Status: Decodable { var code: Int }
        struct Span: Decodable {
            var traceId: String
            var spanId: String
            var parentSpanId: String?
            var name: String
            var startTimeUnixNano: String
            var endTimeUnixNano: String
            var attributes: [Attribute]
            var status: Status
        }
        struct ScopeSpans: Decodable { var spans: [Span] }
        struct ResourceSpans: Decodable { var scopeSpans: [ScopeSpans] }
        var resourceSpans: [ResourceSpans]
    }

    private struct State {
        var spans: [Span] = []
        var requests = 0
        var contentTypes: Set<String> = []
        var bodies = ""
    }

    private let state = Mutex(State())
    private let status: HTTPResponse.Status

    private init(status: HTTPResponse.Status) { self.status = status }

    var spans: [Span] { state.withLock(\.spans) }
    var requests: Int { state.withLock(\.requests) }
    var contentTypes: Set<String> { state.withLock(\.contentTypes) }
    /// Everything that came, one body after another.
    var bodies: String { state.withLock(\.bodies) }

    /// Listens on a free port while `body` runs.
    ///
    /// - Parameter status: what every request is answered with.
    static func with(
        answering status: HTTPResponse.Status = .ok,
        _ body: (_ collector: SpanCollector, _ url: String) async throws -> Void
    ) async throws {
        let collector = SpanCollector(status: status)
        let router = Router()
        router.post("/v1/traces") { request, _ in try await collector.take(request) }
        let (ports, found) = AsyncStream<Int>.makeStream()
        let application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in found.yield(channel.localAddress?.port ?? 0) },
            logger: silent
        )
        let server = Task { try await application.runService(gracefulShutdownSignals: []) }
        defer { server.cancel() }
        for await port in ports {
            try await body(collector, "http://127.0.0.1:\(port)")
            return
        }
    }

    private func take(_ request: Request) async throws -> Response {
        let body = try await request.body.collect(upTo: 16 << 20)
        let decoded = try JSONDecoder().decode(Body.self, from: Data(body.readableBytesView))
        let spans = decoded.resourceSpans.flatMap(\.scopeSpans).flatMap(\.spans).map { span in
            Span(
                trace: span.traceId,
                identity: span.spanId,
                parent: span.parentSpanId,
                name: span.name,
                start: UInt64(span.startTimeUnixNano) ?? 0,
                end: UInt64(span.endTimeUnixNano) ?? 0,
                attributes: Dictionary(
                    uniqueKeysWithValues: span.attributes.map {
                        ($0.key, $0.value.stringValue ?? $0.value.intValue ?? "")
                    }
                ),
                hasFailed: span.status.code == 2
            )
        }
        let contentType = request.headers[.contentType] ?? ""
        state.withLock { state in
            state.requests += 1
            state.contentTypes.insert(contentType)
            state.bodies += String(buffer: body)
            if status == .ok { state.spans += spans }
        }
        return Response(status: status)
    }
}
