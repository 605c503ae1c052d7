import Tracing

/// Makes spans that an ``OTLPExporter`` sends.
///
/// Not meant for `InstrumentationSystem.bootstrap`: the HTTP client would then make spans of its own for every insert,
/// and for the requests that send spans.
package struct OTLPTracer: Tracer {
    let queue: SpanQueue

    init(queue: SpanQueue) { self.queue = queue }

    package func startSpan<Instant: TracerInstant>(
        _ operationName: String,
        context: @autoclosure () -> ServiceContext,
        ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant,
        function: String,
        file fileID: String,
        line: UInt
    ) -> OTLPSpan {
        OTLPSpan(
            operationName,
            context: context(),
            kind: kind,
            start: instant().nanosecondsSinceEpoch,
            queue: queue
        )
    }

    /// The exporter's own pace is quick enough.
    package func forceFlush() {}

    package func inject<Carrier, Inject: Injector>(
        _ context: ServiceContext,
        into carrier: inout Carrier,
        using injector: Inject
    ) where Inject.Carrier == Carrier {
        guard let identity = context.traceIdentity else { return }
        injector.inject(identity.traceparent, forKey: "traceparent", into: &carrier)
    }

    /// Nobody's trace is gone on with: a batch is where one begins.
    package func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier,
        into context: inout ServiceContext,
        using extractor: Extract
    ) where Extract.Carrier == Carrier {}
}
