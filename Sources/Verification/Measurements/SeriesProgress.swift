import ClickHouseClient

/// What a time series pipeline has written down about how far a measurement is.
struct SeriesProgress: Sendable {
    /// Everything before it has been read completely, in nanoseconds since the epoch; `nil` before the first copy's end.
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
        var progress = SeriesProgress(frontier: nil, open: [], age: nil)
        do {
            let windows = try await client.rows(
                """
                SELECT kind, toUnixTimestamp64Nano(start), toUnixTimestamp64Nano(end), state FROM leat.windows FINAL
                WHERE pipeline = {pipeline:String} AND measurement = {measurement:String}
                    AND (kind = 'frontier' OR kind IN ('window', 'sweep') AND state = 'open')
                """,
                parameters: ["pipeline": pipeline, "measurement": measurement]
            )
            for row in windows {
                guard row.count == 4, let start = row[1].flatMap({ Int64($0) }), let end = row[2].flatMap({ Int64($0) })
                else { throw UnexpectedAnswer() }
                switch row[0] {
                case "frontier": progress.frontier = end
                case "sweep": progress.sweep = end
                default: progress.open.append((start, end))
                }
            }
            let checkpoints = try await client.rows(
                """
                SELECT dateDiff('second', at, now64(6, 'UTC')) FROM leat.checkpoints FINAL
                WHERE pipeline = {pipeline:String}
                """,
                parameters: ["pipeline": pipeline]
            )
            progress.age = checkpoints.first?.first.flatMap { $0 }.flatMap { Int64($0) }.map { .seconds($0) }
        } catch let error as ClickHouseError where [.unknownDatabase, .unknownTable].contains(error.code) {
            return progress
        }
        return progress
    }
}
