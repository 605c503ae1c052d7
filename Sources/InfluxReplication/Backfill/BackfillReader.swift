import InfluxClient
import InfluxProtocol
import LeatState
import PipelineCore
import Warehouse

/// One measurement of a backfill.
actor BackfillReader {
    private let flow: MeasurementFlow
    private let context: SeriesContext
    private var chunk: ChunkLength
    private var points: UInt64 = 0
    private var done: Int64 = 0

    /// - Parameter state: what the pipeline knows of the measurement.
    /// - Throws: ``MeasurementRefusal`` if it cannot be carried over.
    init(
        _ measurement: DiscoveredMeasurement,
        _ catalog: SourceCatalog,
        _ state: TableState?,
        _ context: SeriesContext
    ) async throws {
        let before = StoredMeasurement(json: state?.definition ?? "")
        let schema = try before?.schema ?? measurement.schema()
        let name = "\(context.options.source.database).\(measurement.key.tableName)"
        let flow = MeasurementFlow(
            key: measurement.key,
            stored: StoredMeasurement(
                schema: schema,
                policy: catalog.policy(of: measurement.key)?.name ?? "",
                timeToLive: context.options.timeToLive
            ),
            state: state ?? TableState(name: name, phase: .snapshotting),
            recorded: nil,
            retention: nil,
            context: context,
            needsDiscovery: {}
        )
        try MeasurementFlow.check(await flow.table)
        try await context.warehouse.create(await flow.table)
        try await flow.grow(by: measurement.growth(of: schema))
        self.flow = flow
        self.context = context
        chunk = ChunkLength(window: context.windowLength)
    }

    /// - Returns: how many points there are in the span, those included that an earlier attempt has read.
    func run(
        _ wanted: TimeRange,
        job: String,
        progress: @escaping @Sendable (_ points: UInt64, _ fraction: Double) -> Void
    ) async throws -> UInt64 {
        guard let first = try await flow.extremeTime(isLast: false), let last = try await flow.extremeTime(isLast: true)
        else { return 0 }
        let window = context.windowLength
        let range = TimeRange(
            max(wanted.start, first).floored(to: window),
            min(wanted.end, last.addingClamped(1)).addingClamped(window - 1).floored(to: window)
        )
        guard !range.isEmpty else { return 0 }
        var book = WindowBook(length: window)
        for part in try await context.windows.completed(job: job, of: flow.key.tableName) {
            _ = book.endRead(part.range, began: 0, for: .copy)
            points += part.points
        }
        var gaps = book.uncopied(within: range)
        done = range.length - gaps.reduce(0) { $0 + $1.length }
        try await withThrowingTaskGroup(of: Void.self) { group in
            var running = 0
            while true {
                while running < context.options.readersMax, let part = nextSpan(&gaps) {
                    running += 1
                    group.addTask { try await self.read(part, job: job) }
                }
                guard running > 0 else { break }
                try await group.next()
                running -= 1
                progress(points, Double(done) / Double(max(1, range.length)))
            }
        }
        return points
    }

    private func nextSpan(_ gaps: inout [TimeRange]) -> TimeRange? {
        guard let gap = gaps.first else { return nil }
        let start = max(gap.start, gap.end.addingClamped(-chunk.nanoseconds))
        if start <= gap.start { gaps.removeFirst() } else { gaps[0] = TimeRange(gap.start, start) }
        return TimeRange(start, gap.end)
    }

    private func read(_ range: TimeRange, job: String) async throws {
        var pause = Backoff()
        let found: UInt64
        while true {
            do {
                found = try await flow.readRows(range, origin: .copy)
                break
            } catch let error as InfluxError where error.isTransient {
                try await Task.sleep(for: pause.next())
            }
        }
        try await context.untilTaken(.checkpoint) {
            try await context.windows.complete(job: job, of: flow.key.tableName, range: range, points: found)
        }
        chunk.sawPoints(found, in: range.length)
        points += found
        done += range.length
    }
}
