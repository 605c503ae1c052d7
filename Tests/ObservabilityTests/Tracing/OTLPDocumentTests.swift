import Foundation
import Testing
import Tracing

@testable import Observability

@Suite("Spans as OTLP")
struct OTLPDocumentTests {
    private func time(_ nanoseconds: UInt64) -> DefaultTracerClock.Timestamp {
        DefaultTracerClock.Timestamp(nanosecondsSinceEpoch: nanoseconds)
    }

    private func decoded(_ spans: [FinishedSpan]) throws -> [String: Any] {
        let data = try OTLPDocument(spans, version: "1.2", instance: "one").json()
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    @Test("a span below another is of its trace, and both have what OTLP's JSON wants")
    func document() throws {
        let queue = SpanQueue()
        let tracer = OTLPTracer(queue: queue)
        let batch = tracer.startSpan("batch", context: .topLevel, ofKind: .internal, at: time(1_000_000_000))
        batch.attributes["leat.batch"] = Int64(7)
        batch.attributes["leat.source"] = "shop"
        let insert = tracer.startSpan("insert", context: batch.context, ofKind: .client, at: time(1_000_000_001))
        insert.recordError(CollectorRefusal(status: 500), attributes: [:], at: time(1_000_000_002))
        insert.setStatus(SpanStatus(code: .error, message: "no"))
        insert.end(at: time(1_000_000_003))
        batch.end(at: time(2_000_000_000))
        batch.end(at: time(3_000_000_000))
        let spans = queue.take(10)
        #expect(spans.map(\.name) == ["insert", "batch"], "a span ends once")
        #expect(spans[0].identity.trace == spans[1].identity.trace && spans[0].parent == spans[1].identity.span)
        #expect(spans[1].parent == nil && spans[0].identity.span != spans[1].identity.span)

        let document = try decoded(spans)
        let resource = try #require((document["resourceSpans"] as? [[String: Any]])?.first)
        let attributes = (resource["resource"] as? [String: Any])?["attributes"] as? [[String: Any]]
        #expect(attributes?.first?["key"] as? String == "service.name")
        let scope = try #require((resource["scopeSpans"] as? [[String: Any]])?.first)
        let list = try #require(scope["spans"] as? [[String: Any]])
        let (first, second) = (list[0], list[1])
        #expect((first["traceId"] as? String)?.count == 32 && (first["spanId"] as? String)?.count == 16)
        #expect(first["parentSpanId"] as? String == second["spanId"] as? String && second["parentSpanId"] == nil)
        // 64-bit numbers are strings in JSON.
        #expect(second["startTimeUnixNano"] as? String == "1000000000")
        #expect(second["endTimeUnixNano"] as? String == "2000000000")
        #expect(first["kind"] as? Int == 3 && second["kind"] as? Int == 1)
        let status = first["status"] as? [String: Any]
        #expect(status?["code"] as? Int == 2 && status?["message"] as? String == "no")
        let event = try #require((first["events"] as? [[String: Any]])?.first)
        #expect(event["name"] as? String == "exception")
        let own = try #require(second["attributes"] as? [[String: Any]])
        #expect(own.map { $0["key"] as? String } == ["leat.batch", "leat.source"])
        #expect((own[0]["value"] as? [String: Any])?["intValue"] as? String == "7")
        #expect((own[1]["value"] as? [String: Any])?["stringValue"] as? String == "shop")
    }

    @Test("identities are hexadecimal, never zero, and go out as traceparent")
    func identities() {
        for _ in 0..<1000 {
            let identity = TraceIdentity()
            #expect(identity.trace.count == 32 && identity.span.count == 16)
            #expect((identity.trace + identity.span).allSatisfy { $0.isHexDigit && !$0.isUppercase })
            #expect(identity.traceparent == "00-\(identity.trace)-\(identity.span)-01")
        }
        #expect(TraceIdentity() != TraceIdentity())
    }

    @Test("what does not fit into the queue is dropped and counted")
    func bounded() {
        let queue = SpanQueue(spansMax: 3)
        let tracer = OTLPTracer(queue: queue)
        for index in 0..<5 { tracer.startSpan("\(index)", context: .topLevel).end() }
        #expect(queue.take(2).map(\.name) == ["0", "1"])
        #expect(queue.takeDropped() == 2 && queue.takeDropped() == 0)
        tracer.startSpan("5", context: .topLevel).end()
        #expect(queue.take(9).map(\.name) == ["2", "5"])
    }
}
