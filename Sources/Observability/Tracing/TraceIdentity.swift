import ServiceContextModule

/// Which trace a span belongs to, and which span of it that is.
///
/// Source: https://www.w3.org/TR/trace-context/#trace-id
package struct TraceIdentity: Sendable, Hashable {
    /// 32 hexadecimal digits, never all zero.
    package let trace: String
    /// 16 hexadecimal digits, never all zero.
    package let span: String

    /// The first span of a new trace.
    init() {
        trace = Self.digits(.random(in: 1 ... .max)) + Self.digits(.random(in: .min ... .max))
        span = Self.digits(.random(in: 1 ... .max))
    }

    /// Another span of the same trace.
    init(below parent: TraceIdentity) {
        trace = parent.trace
        span = Self.digits(.random(in: 1 ... .max))
    }

    /// As the header `traceparent` carries it: sampled.
    var traceparent: String { "00-\(trace)-\(span)-01" }

    private static func digits(_ number: UInt64) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }
}

private enum TraceIdentityKey: ServiceContextKey {
    typealias Value = TraceIdentity
}

extension ServiceContext {
    /// The span that this context is of; nil outside of any.
    package internal(set) var traceIdentity: TraceIdentity? {
        get { self[TraceIdentityKey.self] }
        set { self[TraceIdentityKey.self] = newValue }
    }
}
