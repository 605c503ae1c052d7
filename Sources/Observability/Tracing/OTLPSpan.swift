import Synchronization
import Tracing

/// A span that is handed to the queue when it ends.
package final class OTLPSpan: Span {
    private struct State {
        var name: String
        var attributes = SpanAttributes()
        var events: [FinishedSpan.Event] = []
        var status: SpanStatus?
        var hasEnded = false
    }

    package let context: ServiceContext
    let identity: TraceIdentity
    private let parent: String?
    private let kind: SpanKind
    private let start: UInt64
    private let queue: SpanQueue
    private let state: Mutex<State>

    init(_ name: String, context: ServiceContext, kind: SpanKind, start: UInt64, queue: SpanQueue) {
        let parent = context.traceIdentity
        identity = parent.map { TraceIdentity(below: $0) } ?? TraceIdentity()
        var own = context
        own.traceIdentity = identity
        self.context = own
        self.parent = parent?.span
        self.kind = kind
        self.start = start
        self.queue = queue
        state = Mutex(State(name: name))
    }

    package var operationName: String {
        get { state.withLock(\.name) }
        set { state.withLock { $0.name = newValue } }
    }

    package var attributes: SpanAttributes {
        get { state.withLock(\.attributes) }
        set { state.withLock { $0.attributes = newValue } }
    }

    package var isRecording: Bool { state.withLock { !$0.hasEnded } }

    package func setStatus(_ status: SpanStatus) { state.withLock { $0.status = status } }

    package func addEvent(_ event: SpanEvent) {
        let event = FinishedSpan.Event(
            name: event.name,
            nanoseconds: event.nanosecondsSinceEpoch,
            attributes: event.attributes
        )
        state.withLock { $0.events.append(event) }
    }

    /// Batches have no links.
    package func addLink(_ link: SpanLink) {}

    package func recordError<Instant: TracerInstant>(
        _ error: any Error,
        attributes: SpanAttributes,
        at instant: @autoclosure () -> Instant
    ) {
        var attributes = attributes
        attributes["exception.type"] = "\(type(of: error))"
        attributes["exception.message"] = "\(error)"
        let event = FinishedSpan.Event(
            name: "exception",
            nanoseconds: instant().nanosecondsSinceEpoch,
            attributes: attributes
        )
        state.withLock { $0.events.append(event) }
    }

    /// The second end of a span is ignored.
    package func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        let end = instant().nanosecondsSinceEpoch
        let finished = state.withLock { state -> FinishedSpan? in
            guard !state.hasEnded else { return nil }
            state.hasEnded = true
            return FinishedSpan(
                identity: identity,
                parent: parent,
                name: state.name,
                kind: kind,
                start: start,
                end: max(start, end),
                attributes: state.attributes,
                events: state.events,
                status: state.status
            )
        }
        if let finished { queue.add(finished) }
    }
}
