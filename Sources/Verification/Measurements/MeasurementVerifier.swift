import ClickHouseClient
import Foundation
import InfluxClient
import InfluxProtocol
import LeatState
import Logging

/// Compares a pipeline's measurements at the source with what the warehouse shows of them, while both are written to.
///
/// Both sides are divided into windows of time. Of each window the points are counted and their texts
/// (``ComparedMeasurement``) are hashed and summed up: Leat does it with what it reads from InfluxDB, ClickHouse with
/// what its view shows. Windows that differ are compared again until they settle, and then read point by point. Memory
/// does not grow with the number of points.
package struct MeasurementVerifier: Sendable {
    /// How much is compared, and how long open windows are waited for.
    package struct Options: Sendable, Hashable {
        /// How long to wait for a measurement that is still being copied, or not known to the pipeline yet.
        package var waitMax: Duration = .seconds(60)
        /// How long points that differ are checked again while the pipeline has still to read them. Starts over as long
        /// as it makes progress …
        package var settleMax: Duration = .seconds(75)
        /// … but ends after this.
        package var patience: Duration = .seconds(300)
        /// Between two checks of the same windows.
        package var settleInterval: Duration = .seconds(1)
        /// Differences listed of a measurement.
        package var differencesMax = 20
        /// Points that are held in memory to find those that differ.
        package var pointsMax: UInt64 = 50_000

        package init() {}
    }

    private let source: InfluxClient
    private let warehouse: ClickHouseClient
    private let pipeline: String
    private let options: Options
    private let logger: Logger

    /// - Parameters:
    ///   - source: stays the caller's to shut down, as does the warehouse.
    ///   - pipeline: its name in `leat.*`.
    package init(
        source: InfluxClient,
        warehouse: ClickHouseClient,
        pipeline: String,
        options: Options = Options(),
        logger: Logger
    ) {
        self.source = source
        self.warehouse = warehouse
        self.pipeline = pipeline
        self.options = options
        self.logger = logger
    }

    /// Compares all points up to the present moment.
    ///
    /// A measurement that cannot be compared is in the report with the reason and does not count as equal; the others
    /// are compared nevertheless.
    /// - Parameters:
    ///   - measurements: asked for again and again while the two sides do not agree on the columns, since a field that
    ///     has just appeared takes the pipeline a moment.
    ///   - report: called from any task.
    /// - Returns: a report whose position is the moment up to which points were compared.
    /// - Throws: ``VerificationError``; `InfluxError` and `ClickHouseError` where a server is out of reach.
    package func run(
        measurements: [MeasurementToVerify],
        again: @escaping @Sendable (MeasurementToVerify) async throws -> MeasurementToVerify? = { $0 },
        report: @escaping @Sendable (VerificationProgress) -> Void = { _ in }
    ) async throws -> VerificationReport {
        guard !measurements.isEmpty else {
            throw VerificationError(
                .nothingToCompare,
                "there is no measurement to compare",
                remedy: "name measurements that the pipeline follows; leat tables list shows them"
            )
        }
        let now = Self.now
        var results: [TableResult] = []
        for (index, measurement) in measurements.enumerated() {
            let (number, count) = (index + 1, measurements.count)
            report(.comparing(table: measurement.name, number: number, count: count))
            let result = try await compare(measurement, upTo: now, again: again, report: report)
            report(.compared(table: measurement.name, isEqual: result.isEqual, number: number, count: count))
            results.append(result)
        }
        return VerificationReport(position: SeriesPointKey.describe(time: now), tables: results)
    }

    private static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    private func compare(
        _ measurement: MeasurementToVerify,
        upTo now: Int64,
        again: @Sendable (MeasurementToVerify) async throws -> MeasurementToVerify?,
        report: @escaping @Sendable (VerificationProgress) -> Void
    ) async throws -> TableResult {
        var result = TableResult(name: measurement.name, isEqual: false)
        let start = ContinuousClock.now
        do {
            if let compared = try await agree(on: measurement, again: again, &result) {
                let comparison = MeasurementComparison(
                    reader: SeriesReader(source: source, warehouse: warehouse, compared: compared),
                    pipeline: pipeline,
                    options: options,
                    report: report
                )
                try await comparison.fill(&result, upTo: now)
            }
        } catch {
            guard let failure = Self.describe(error) else { throw error }
            result.failure = failure
        }
        result.seconds = (ContinuousClock.now - start) / .seconds(1)
        return result
    }

    /// The columns to compare; `nil` if there can be no comparison, which the result then says.
    private func agree(
        on measurement: MeasurementToVerify,
        again: @Sendable (MeasurementToVerify) async throws -> MeasurementToVerify?,
        _ result: inout TableResult
    ) async throws -> ComparedMeasurement? {
        let deadline = ContinuousClock.now + options.waitMax
        let progress = PipelineProgress(client: warehouse, pipeline: pipeline)
        var current = measurement
        while true {
            let isLast = ContinuousClock.now >= deadline
            result.failure = nil
            result.differences = []
            let state = try await progress.tables()[measurement.name]
            let shown = try await columns(of: current)
            switch state?.phase {
            case nil:
                result.failure =
                    "the pipeline does not follow this measurement\n  fix: start it (leat run, or leat up), then verify again"
            case .dropped:
                result.failure =
                    "the source no longer has it, and its points are removed\n  fix: leat tables forget \(measurement.name)"
                return nil
            case .streaming, .kept:
                if shown.isEmpty {
                    result.failure =
                        "the warehouse has no view \(current.view)\n  fix: restart the pipeline, which makes it again"
                } else {
                    let names = Set(shown.map(\.name))
                    let missing = (current.tags + current.fields.keys).filter { !names.contains($0) }.sorted()
                    if missing.isEmpty { return try ComparedMeasurement(current, shown: shown) }
                    result.differences = missing.map { Difference(key: nil, column: $0, kind: .missingColumn) }
                }
            case .snapshotting:
                result.failure =
                    "it is still being copied\n  fix: verify again when leat status shows it as streaming"
            case let other?:
                let cause = state.map { $0.cause.isEmpty ? "" : ": \($0.cause)" } ?? ""
                let remedy = state.map { $0.remedy.isEmpty ? "" : "\n  fix: \($0.remedy)" } ?? ""
                result.failure = "it is \(other.rawValue)\(cause)\(remedy)"
                return nil
            }
            if isLast { return nil }
            try await Task.sleep(for: options.settleInterval)
            if let fresh = try await again(measurement) { current = fresh }
        }
    }

    private func columns(of measurement: MeasurementToVerify) async throws -> [(name: String, type: String)] {
        try await warehouse.rows(
            """
            SELECT name, type FROM system.columns WHERE database = {database:String} AND table = {name:String}
            ORDER BY position
            """,
            parameters: ["database": measurement.warehouseDatabase, "name": measurement.table]
        ).map { ($0[0] ?? "", $0[1] ?? "") }
    }

    /// What to say of a measurement whose comparison ended with `error`; `nil` where a server is out of reach.
    private static func describe(_ error: any Error) -> String? {
        switch error {
        case let refusal as ComparedMeasurement.Refusal: refusal.reason
        case let error as InfluxError where error.code == .unexpectedColumn || error.code == .typeMismatch:
            "the source has changed while it was compared: \(error.message)\n  fix: verify again"
        case let error as InfluxError where error.status != nil && !error.isTransient:
            "the source refuses: \(error.message)"
        default: TableFailure.describe(error)
        }
    }
}
