import Foundation
import Tracing

/// `ExportTraceServiceRequest` in JSON: 64-bit numbers are strings, identities hexadecimal.
///
/// Source: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
struct OTLPDocument: Encodable {
    struct Attribute: Encodable {
        var key: String
        var value: Value
    }

    struct Value: Encodable {
        var stringValue: String?
        var intValue: String?
        var doubleValue: Double?
        var boolValue: Bool?
    }

    struct Event: Encodable {
        var timeUnixNano: String
        var name: String
        var attributes: [Attribute]
    }

    struct Status: Encodable {
        var code: Int
        var message: String?
    }

    struct Span: Encodable {
        var traceId: String
        var spanId: String
        var parentSpanId: String?
        var name: String
        var kind: Int
        var startTimeUnixNano: String
        var endTimeUnixNano: String
        var attributes: [Attribute]
        var events: [Event]
        var status: Status
    }

    struct Scope: Encodable {
        var name: String
        var version: String
    }

    struct ScopeSpans: Encodable {
        var scope: Scope
        var spans: [Span]
    }

    struct Resource: Encodable {
        var attributes: [Attribute]
    }

    struct ResourceSpans: Encodable {
        var resource: Resource
        var scopeSpans: [ScopeSpans]
    }

    var resourceSpans: [ResourceSpans]

    /// - Parameters:
    ///   - version: Leat's.
    ///   - instance: what distinguishes this process from others.
    init(_ spans: [FinishedSpan], version: String, instance: String) {
        func text(_ key: String, _ value: String) -> Attribute {
            Attribute(key: key, value: Value(stringValue: value))
        }
        let resource = Resource(attributes: [
            text("service.name", "leat"), text("service.version", version), text("service.instance.id", instance),
        ])
        let scope = ScopeSpans(scope: Scope(name: "leat", version: version), spans: spans.map { Span($0) })
        resourceSpans = [ResourceSpans(resource: resource, scopeSpans: [scope])]
    }

    func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        return try encoder.encode(self)
    }

    static func attributes(_ attributes: SpanAttributes) -> [Attribute] {
        var list: [Attribute] = []
        func add(_ key: String, _ value: SpanAttribute) { list.append(Attribute(key: key, value: Value(value))) }
        attributes.forEach(add)
        return list.sorted { $0.key < $1.key }
    }
}

extension OTLPDocument.Value {
    init(_ attribute: SpanAttribute) {
        switch attribute {
        case .int32(let number): intValue = "\(number)"
        case .int64(let number): intValue = "\(number)"
        // JSON has no other numbers.
        case .double(let number) where number.isFinite: doubleValue = number
        case .bool(let flag): boolValue = flag
        case .string(let text): stringValue = text
        case .stringConvertible(let value): stringValue = "\(value)"
        default: stringValue = "\(attribute)"
        }
    }
}

extension OTLPDocument.Span {
    init(_ span: FinishedSpan) {
        traceId = span.identity.trace
        spanId = span.identity.span
        parentSpanId = span.parent
        name = span.name
        kind =
            switch span.kind {
            case .internal: 1
            case .server: 2
            case .client: 3
            case .producer: 4
            case .consumer: 5
            }
        startTimeUnixNano = "\(span.start)"
        endTimeUnixNano = "\(span.end)"
        attributes = OTLPDocument.attributes(span.attributes)
        events = span.events.map { event in
            OTLPDocument.Event(
                timeUnixNano: "\(event.nanoseconds)",
                name: event.name,
                attributes: OTLPDocument.attributes(event.attributes)
            )
        }
        status = OTLPDocument.Status(
            code: span.status.map { $0.code == .ok ? 1 : 2 } ?? 0,
            message: span.status?.message
        )
    }
}
