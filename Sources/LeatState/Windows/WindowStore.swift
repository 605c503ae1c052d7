import ClickHouseClient

/// What is recorded about windows, in `leat.windows`: how far each measurement is complete, what the first copy and
/// backfills have done, and which older windows are open.
package actor WindowStore {
    /// What an earlier run has recorded of one measurement.
    package struct Recorded: Sendable {
        package var frontier: Int64?
        package var confirmed: Int64?
        package var copied: [TimeRange] = []
        package var open: Set<Int64> = []
    }

    private enum Kind: String { case frontier, confirmed, copy, window, sweep }
    private enum State: String { case open, closed }
    private static let table = "leat.windows"

    private let client: ClickHouseClient
    private let pipeline: String
    private var revision: UInt64 = 0
    private var backfillSeen: (isThere: Bool, at: ContinuousClock.Instant)?

    package init(client: ClickHouseClient, pipeline: String) {
        self.client = client
        self.pipeline = pipeline
    }

    /// Creates the table where it is missing.
    package func prepare() async throws { try await StateSchema.prepare(with: client) }

    /// What is recorded, by the measurement's table.
    package func load() async throws -> [String: Recorded] {
        let rows = try await client.stateRows(
            of: Self.table,
            """
            SELECT measurement, kind, toUnixTimestamp64Nano(start) AS first, toUnixTimestamp64Nano(end) AS last, state,
                revision
            FROM leat.windows FINAL
            WHERE pipeline = {pipeline:String} AND kind IN ('frontier', 'confirmed', 'copy', 'window', 'sweep')
            """,
            parameters: ["pipeline": pipeline]
        )
        var recorded: [String: Recorded] = [:]
        for row in rows {
            let name = try row.text("measurement")
            let kind = try row.choice("kind", as: Kind.self)
            let start: Int64 = try row.number("first")
            let end: Int64 = try row.number("last")
            let number: UInt64 = try row.number("revision")
            revision = max(revision, number)
            switch kind {
            case .frontier: recorded[name, default: Recorded()].frontier = end
            case .confirmed: recorded[name, default: Recorded()].confirmed = end
            case .copy: recorded[name, default: Recorded()].copied.append(TimeRange(start, end))
            case .window:
                if try row.choice("state", as: State.self) == .open {
                    recorded[name, default: Recorded()].open.insert(start)
                }
            // Each process sweeps when it starts.
            case .sweep: continue
            }
        }
        for (name, state) in recorded where state.frontier != nil { recorded[name]?.copied = [] }
        return recorded
    }

    /// Records all of the changes in one insert, which is there as a whole or not at all. (Windows that are forgotten
    /// are deleted after that; should they stay, they are only read again.)
    ///
    /// - Parameter length: of a window, in nanoseconds.
    package func record(
        _ changes: WindowChanges,
        of measurement: String,
        windowLength length: Int64,
        points: UInt64 = 0
    ) async throws {
        guard !changes.isEmpty else { return }
        revision += 1
        // The actor is reentrant while the insert is awaited.
        let number = revision
        var rows: [String] = []
        func add(_ kind: Kind, _ range: TimeRange, _ state: State) {
            rows.append(row(measurement, kind.rawValue, range, state, points: kind == .window ? 0 : points))
        }
        for window in changes.opened { add(.window, TimeRange(window, window.addingClamped(length)), .open) }
        for window in changes.closed { add(.window, TimeRange(window, window.addingClamped(length)), .closed) }
        if let range = changes.copied { add(.copy, range, .closed) }
        if let frontier = changes.frontier { rows.append(mark(measurement, .frontier, frontier, .closed)) }
        if let confirmed = changes.confirmed { rows.append(mark(measurement, .confirmed, confirmed, .open)) }
        try await insert(rows)
        guard changes.forgetsOpen, let frontier = changes.frontier else { return }
        // Windows that others open meanwhile lie before this frontier, or are recorded later.
        try await client.execute(
            """
            DELETE FROM leat.windows WHERE pipeline = {pipeline:String} AND measurement = {measurement:String}
                AND kind = 'window' AND start >= fromUnixTimestamp64Nano(\(frontier), 'UTC') AND revision <= \(number)
            """,
            parameters: ["pipeline": pipeline, "measurement": measurement]
        )
    }

    /// Records a sweep that fixes what a time without pushes has left: what lies before `position` has not been
    /// compared yet. `leat verify` waits for it.
    package func recordSweep(of measurement: String, position: Int64, isOver: Bool) async throws {
        revision += 1
        try await insert([mark(measurement, .sweep, position, isOver ? .closed : .open)])
    }

    /// What is recorded of one measurement for those who do not run its pipeline.
    package struct Progress: Sendable {
        /// Everything before it has been read completely, in nanoseconds since 1970; nil before the first copy's end.
        package var frontier: Int64?
        /// Spans before it that are to be read again.
        package var open: [TimeRange] = []
        /// What lies before this has not been compared yet since pushes may have been lost; nil if all has.
        package var sweep: Int64?
    }

    /// - Returns: of a measurement that is not recorded, or where Leat has never run, that nothing is done.
    package static func progress(
        of measurement: String,
        pipeline: String,
        with client: ClickHouseClient
    ) async throws -> Progress {
        let rows = try await client.stateRows(
            of: table,
            """
            SELECT kind, toUnixTimestamp64Nano(start) AS first, toUnixTimestamp64Nano(end) AS last
            FROM leat.windows FINAL
            WHERE pipeline = {pipeline:String} AND measurement = {measurement:String}
                AND (kind = 'frontier' OR kind IN ('window', 'sweep') AND state = 'open')
            """,
            parameters: ["pipeline": pipeline, "measurement": measurement],
            mayBeMissing: true
        )
        var progress = Progress()
        for row in rows {
            let range = TimeRange(try row.number("first"), try row.number("last"))
            switch try row.choice("kind", as: Kind.self) {
            case .frontier: progress.frontier = range.end
            case .sweep: progress.sweep = range.end
            case .confirmed: continue
            case .window, .copy: progress.open.append(range)
            }
        }
        return progress
    }

    /// What a backfill of this name has done of a measurement.
    package func completed(job: String, of measurement: String) async throws -> [(range: TimeRange, points: UInt64)] {
        try await client.stateRows(
            of: Self.table,
            """
            SELECT toUnixTimestamp64Nano(start) AS first, toUnixTimestamp64Nano(end) AS last, points
            FROM leat.windows FINAL
            WHERE pipeline = {pipeline:String} AND measurement = {measurement:String} AND kind = {job:String}
            """,
            parameters: ["pipeline": pipeline, "measurement": measurement, "job": job]
        ).map { row in
            (TimeRange(try row.number("first"), try row.number("last")), try row.number("points"))
        }
    }

    /// Records a span that a backfill has done.
    package func complete(job: String, of measurement: String, range: TimeRange, points: UInt64) async throws {
        revision += 1
        try await insert([row(measurement, job, range, .closed, points: points)])
    }

    /// Whether a backfill of this pipeline makes progress; as it was a few seconds ago at most.
    package func isBesideBackfill() async -> Bool {
        if let seen = backfillSeen, seen.at > .now - .seconds(5) { return seen.isThere }
        // Nothing is known of any where that cannot be asked, and what is wrong shows at the next step.
        let isThere = (try? await Self.hasBackfill(client, of: [pipeline])) ?? false
        backfillSeen = (isThere, .now)
        return isThere
    }

    /// Whether a backfill of one of these pipelines makes progress. One that was broken off does not count for long.
    package static func hasBackfill(_ client: ClickHouseClient, of pipelines: Set<String>) async throws -> Bool {
        if pipelines.isEmpty { return false }
        let names = pipelines.sorted().map { ClickHouseClient.quote(literal: $0) }.joined(separator: ", ")
        let rows = try await client.stateRows(
            of: table,
            """
            SELECT count() > 0 AS is_there FROM leat.windows
            WHERE pipeline IN (\(names)) AND startsWith(kind, '\(backfillPrefix)') AND at > now64(6) - INTERVAL \(backfillPauseMax) SECOND
            """
        )
        return try rows.first?.flag("is_there") ?? false
    }

    /// What the jobs of backfills begin with.
    package static let backfillPrefix = "backfill "
    /// Seconds that a backfill may take for a span.
    private static let backfillPauseMax = 30

    /// Forgets a backfill that has come to its end, so that the same can be asked for again.
    package func forget(job: String) async throws {
        try await client.execute(
            "DELETE FROM leat.windows WHERE pipeline = {pipeline:String} AND kind = {job:String}",
            parameters: ["pipeline": pipeline, "job": job]
        )
    }

    /// Forgets all of a measurement but its backfills, so that it is copied again.
    package func forget(measurement: String) async throws {
        try await client.execute(
            """
            DELETE FROM leat.windows WHERE pipeline = {pipeline:String} AND measurement = {measurement:String}
                AND kind IN ('frontier', 'confirmed', 'copy', 'window', 'sweep')
            """,
            parameters: ["pipeline": pipeline, "measurement": measurement]
        )
    }

    private func row(_ measurement: String, _ kind: String, _ range: TimeRange, _ state: State, points: UInt64)
        -> String
    {
        """
        (\(ClickHouseClient.quote(literal: pipeline)), \(ClickHouseClient.quote(literal: measurement)), \
        \(ClickHouseClient.quote(literal: kind)), fromUnixTimestamp64Nano(\(range.start), 'UTC'), \
        fromUnixTimestamp64Nano(\(range.end), 'UTC'), '\(state.rawValue)', \(points), \(revision))
        """
    }

    /// The one row of its kind that a measurement has: where it starts is of no interest.
    private func mark(_ measurement: String, _ kind: Kind, _ end: Int64, _ state: State) -> String {
        """
        (\(ClickHouseClient.quote(literal: pipeline)), \(ClickHouseClient.quote(literal: measurement)), \
        '\(kind.rawValue)', fromUnixTimestamp64Nano(0, 'UTC'), fromUnixTimestamp64Nano(\(end), 'UTC'), '\(state.rawValue)', 0, \
        \(revision))
        """
    }

    private func insert(_ rows: [String]) async throws {
        try await client.execute(
            """
            INSERT INTO leat.windows (pipeline, measurement, kind, start, end, state, points, revision)
            VALUES \(rows.joined(separator: ", "))
            """,
            settings: ClickHouseClient.writeSettings
        )
    }
}
