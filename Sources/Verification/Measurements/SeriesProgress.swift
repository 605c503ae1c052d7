import ClickHouseClient
import LeatState

/// What a time series pipeline has written down about how far a measurement is.
struct SeriesProgress: Sendable {
    /// Everything before it has been read completely, in nanoseconds since the epoch; `nil` before the first copy's
    /// end.
    var frontier: Int64?
    /// Spans before it that are to be read again.
    var open: [(start: Int64, end: Int64)]
    /// What lies before this has not been compared yet since pushes may have been lost; `nil` if all has.
    var sweep: Int64?
    /// How long ago the pipeline last said that it lives; `nil` if it never did.
    var age: Duration?

    /// Whether the pipeline runs, and will compare or read this time again by itself before long.
    func mayChange(_ time: Int64) -> Bool {
        guard let age, age < PipelineProgress.silenceMax else { return false }
        guard let frontier, time < frontier else { return true }
        if let sweep, time < sweep { return true }
        return open.contains { $0.start <= time && time < $0.end }
    }

    /// Whether a read has confirmed all that the warehouse has of this time.
    func isConfirmed(_ time: Int64) -> Bool {
        guard let frontier, time < frontier else { return false }
        return !open.contains { $0.start <= time && time < $0.end }
    }

    /// Whether the pipeline has got on since `earlier`, or found more to do. The frontier moves with the clock anyway.
    func differs(from earlier: SeriesProgress) -> Bool {
        sweep != earlier.sweep
            || Set(open.map(\.start)) != Set(earlier.open.map(\.start))
    }

    /// - Parameter measurement: the table's name without the database.
    static func read(_ client: ClickHouseClient, pipeline: String, measurement: String) async throws -> SeriesProgress {
        let recorded = try await WindowStore.progress(of: measurement, pipeline: pipeline, with: client)
        return SeriesProgress(
            frontier: recorded.frontier,
            open: recorded.open.map { ($0.start, $0.end) },
            sweep: recorded.sweep,
            age: try await CheckpointRecords(client: client, pipeline: pipeline).newest()?.age
        )
    }
}
