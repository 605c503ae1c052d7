import ClickHouseClient
import Foundation
import InfluxClient
import LeatState
import Logging
import Warehouse

/// Reads a span of time of every measurement into the warehouse once, in parallel, by the engine that the pipeline
/// reads with. What is done is recorded, so that a backfill that was broken off resumes where it stopped.
///
/// May run concurrently with the pipeline, from any machine: the same points twice are the same points.
package struct SeriesBackfill: Sendable {
    /// How far it is.
    package struct Progress: Sendable, Hashable {
        package var table: String
        /// Points read, of all measurements together; those of an earlier attempt are counted, too.
        package var points: UInt64
        /// The part of all spans that is done, 0 to 1.
        package var fraction: Double
    }

    /// What it has done.
    package struct Summary: Sendable, Hashable {
        package var points: UInt64 = 0
        /// By measurement.
        package var tables: [String: UInt64] = [:]
        /// Measurements that were left out, with the cause.
        package var refused: [String: MeasurementRefusal] = [:]
    }

    private let options: SeriesOptions
    private let client: ClickHouseClient
    private let logger: Logger

    /// - Parameter client: of the warehouse; stays the caller's to shut down.
    package init(options: SeriesOptions, client: ClickHouseClient, logger: Logger) {
        self.options = options
        self.client = client
        self.logger = logger
    }

    /// - Parameter range: is widened to whole minutes.
    /// - Throws: ``PipelineError`` for what is missing on either side; client errors once they persist.
    package func run(
        _ range: TimeRange,
        progress: @escaping @Sendable (Progress) -> Void
    ) async throws -> Summary {
        let source = InfluxClient(endpoint: options.source, logger: logger)
        do {
            let summary = try await run(range, source, progress)
            try await source.shutdown()
            return summary
        } catch {
            try? await source.shutdown()
            throw error
        }
    }

    private func run(
        _ range: TimeRange,
        _ source: InfluxClient,
        _ progress: @escaping @Sendable (Progress) -> Void
    ) async throws -> Summary {
        try await Warehouse.requireWritable(client)
        try await SeriesChecks.requireReadable(source, options.source)
        let context = SeriesContext(
            options: options,
            source: source,
            client: client,
            observer: SilentSeriesObserver(),
            logger: logger
        )
        try await context.windows.prepare()
        _ = try await context.windows.load()
        let known = Dictionary(try await context.states.tables().map { ($0.name, $0) }) { first, _ in first }
        let catalog = try await SourceCatalog.read(source, database: options.source.database)
        var summary = Summary()
        let job = "\(WindowStore.backfillPrefix)\(range.start) \(range.end)"
        let count = Double(max(1, catalog.measurements.count))
        for (number, measurement) in catalog.measurements.enumerated() {
            let name = "\(options.source.database).\(measurement.key.tableName)"
            do {
                let reader = try await BackfillReader(measurement, catalog, known[name], context)
                let done = summary.points
                let points = try await reader.run(range, job: job) { points, fraction in
                    let whole = (Double(number) + fraction) / count
                    progress(Progress(table: name, points: done + points, fraction: whole))
                }
                summary.points += points
                summary.tables[name] = points
            } catch let refusal as MeasurementRefusal {
                summary.refused[name] = refusal
            }
        }
        try await context.windows.forget(job: job)
        return summary
    }
}
