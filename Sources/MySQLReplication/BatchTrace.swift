import MySQLProtocol
import Observability
import Tracing
import Warehouse

/// The spans of one batch: the batch as a whole, and below it what was done with it.
///
/// Of a batch and its tables only: nothing here runs once a row, and no value of a row is disclosed.
struct BatchTrace: Sendable {
    /// Bytes of a GTID set that are shown at most.
    static let positionBytesMax = 1024

    private let tracer: any Tracer
    private let batch: any Span
    private let source: String

    /// Begins the trace of a batch of the stream, with what has been done with it already.
    ///
    /// - Parameter tracer: nil if nothing is traced.
    init?(_ tracer: (any Tracer)?, stream batch: OpenBatch, source: String) {
        guard let tracer else { return nil }
        let clock = TraceClock()
        let now = ContinuousClock.now
        let begin = batch.times.started ?? now
        let end = batch.times.cut ?? now
        let position = batch.transactions.description
        self.init(tracer, kind: "stream", source: source, begin: clock.instant(of: begin))
        self.batch.attributes["leat.rows"] = Int64(clamping: batch.rows)
        self.batch.attributes["leat.bytes"] = Int64(batch.byteCount)
        if !position.isEmpty { self.batch.attributes["leat.gtid"] = Self.shortened(position) }
        span("decode", from: clock.instant(of: begin)).end(at: clock.instant(of: end))
        span("queue", from: clock.instant(of: end)).end(at: clock.instant(of: now))
    }

    /// Begins the trace of a range of a copy, which is read and inserted at the same time.
    init?(_ tracer: (any Tracer)?, rangeOf table: String, number: UInt64, source: String) {
        guard let tracer else { return nil }
        self.init(tracer, kind: "range", source: source, begin: DefaultTracerClock.now)
        self.batch.attributes["leat.table"] = table
        setNumber(number)
    }

    private init(_ tracer: any Tracer, kind: String, source: String, begin: DefaultTracerClock.Timestamp) {
        self.tracer = tracer
        self.source = source
        batch = tracer.startSpan(
            "batch",
            context: ServiceContext.topLevel,
            ofKind: .internal,
            at: begin
        )
        batch.attributes["leat.source"] = source
        batch.attributes["leat.kind"] = kind
    }

    /// For log lines.
    var traceID: String? { batch.context.traceIdentity?.trace }

    func setNumber(_ number: UInt64) { batch.attributes["leat.batch"] = Int64(clamping: number) }
    func setRows(_ rows: UInt64) { batch.attributes["leat.rows"] = Int64(clamping: rows) }

    /// A step of the batch, to be ended by the caller.
    func span(_ name: String, from begin: DefaultTracerClock.Timestamp = DefaultTracerClock.now) -> any Span {
        let span = tracer.startSpan(name, context: batch.context, ofKind: .internal, at: begin)
        span.attributes["leat.source"] = source
        return span
    }

    /// An insert into one table. Names are those of OpenTelemetry for databases.
    ///
    /// Source: https://opentelemetry.io/docs/specs/semconv/database/database-spans/
    func insert(into table: WarehouseTable, rows: Int? = nil, bytes: Int? = nil) -> any Span {
        let span = tracer.startSpan("insert", context: batch.context, ofKind: .client, at: DefaultTracerClock.now)
        span.attributes["leat.source"] = source
        span.attributes["leat.table"] = "\(table.database).\(table.name)"
        if let rows { span.attributes["leat.rows"] = Int64(rows) }
        if let bytes { span.attributes["leat.bytes"] = Int64(bytes) }
        span.attributes["db.system.name"] = "clickhouse"
        span.attributes["db.operation.name"] = "INSERT"
        return span
    }

    /// The batch is in the warehouse.
    func end() { batch.end() }

    /// The batch was given up: the next start replays it.
    func end(_ error: any Error) { batch.end(error) }

    /// At most a kilobyte, then `…`.
    static func shortened(_ position: String) -> String {
        // GTID sets are ASCII.
        position.utf8.count <= positionBytesMax
            ? position : String(decoding: position.utf8.prefix(positionBytesMax - 3), as: UTF8.self) + "…"
    }
}

extension Span {
    /// Ends it as failed.
    func end(_ error: any Error) {
        recordError(error)
        setStatus(SpanStatus(code: .error))
        end()
    }
}

/// What the clock of this process' waiting times shows, as time of day.
struct TraceClock {
    private let reference = ContinuousClock.now
    private let time = DefaultTracerClock.now

    func instant(of instant: ContinuousClock.Instant) -> DefaultTracerClock.Timestamp {
        let (seconds, attoseconds) = (instant - reference).components
        let offset = seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000
        let nanoseconds = Int64(clamping: time.nanosecondsSinceEpoch) &+ offset
        return DefaultTracerClock.Timestamp(nanosecondsSinceEpoch: UInt64(max(0, nanoseconds)))
    }
}
