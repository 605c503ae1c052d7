import Tracing

/// A span that has ended, as it is exported.
struct FinishedSpan: Sendable {
    struct Event: Sendable {
        var name: String
        var nanoseconds: UInt64
        var attributes: SpanAttributes
    }

    var identity: TraceIdentity
    /// Nil for the first span of a trace.
    var parent: String?
    var name: String
    var kind: SpanKind
    /// Nanoseconds since 1970.
    var start: UInt64
    /// Nanoseconds since 1970.
    var end: UInt64
    var attributes: SpanAttributes
    var events: [Event]
    var status: SpanStatus?
}
