import ClickHouseClient
import ColumnarBytes
import InfluxProtocol
import LeatState
import Logging
import PipelineCore
import Warehouse

/// Keeps the rollups of measurements right: computes the minutes again into which something was inserted, then their
/// hours and days.
///
/// Everything it goes by is in ClickHouse: what was touched, and which fields and tags there are. So nothing is missed
/// between an insert and a crash, and several processes may do it concurrently. Why nothing is missed: ClickHouse shows
/// an insert's points before its notes, and a computation begins after the notes were read, with a version taken in
/// between. Of any two computations of a bucket the one with the higher version has therefore seen all that the other
/// has, or something was noted since.
package actor RollupKeeper {
    private let client: ClickHouseClient
    private let isDurable: Bool
    private let logger: Logger
    /// By the table's name; the schema is the one that the rollups in ClickHouse were last made for.
    private var followed: [String: (table: SeriesTable, prepared: MeasurementSchema?)] = [:]
    private var lastVersion: UInt64 = 0
    /// Minutes that one pass takes on, of each measurement.
    private static let minutesMax = 20_000
    /// The same while a backfill runs: the newest ones, which people want to see.
    private static let minutesMaxBesideBackfill = 30
    /// Points may come from a part that ClickHouse has already forgotten a piece of: minutes this close to the end of
    /// the time to live stay as they are.
    private static let forgettingMargin = Duration.seconds(3600)
    /// A day of many series takes a while.
    private static let timeout = Duration.seconds(3600)

    package init(client: ClickHouseClient, isDurable: Bool, logger: Logger) {
        self.client = client
        self.isDurable = isDurable
        self.logger = logger
    }

    /// Creates the rollups of a measurement, whose raw table must be there, and keeps them from now on. Points that are
    /// already there count as touched where the rollups are new. May be repeated.
    ///
    /// - Throws: ``PipelineError`` `.unmanagedObject` if a table owned by someone else has a name that is needed;
    ///   `ClickHouseError`.
    package func follow(_ table: SeriesTable) async throws {
        try await requireOurs(Rollups(table))
        try await prepare(table)
        followed[table.qualifiedName] = (table, table.schema)
    }

    /// Removes the rollups of a measurement, and keeps none from now on. Touches nothing else of the same names.
    package func remove(_ table: SeriesTable) async throws {
        followed[table.qualifiedName] = nil
        let rollups = Rollups(table)
        // The view that notes inserts goes first: without its target no insert would be taken. Then those that show the
        // sums: a query meets all of it or nothing.
        func place(_ name: (database: String, name: String)) -> Int {
            name.name.hasSuffix("_watch") ? 0 : name.database == table.rawDatabase ? 2 : 1
        }
        let names = rollups.names.sorted { place($0) < place($1) }
        for (database, name) in names {
            let found = try await client.rows(
                "SELECT comment FROM system.tables WHERE database = {database:String} AND name = {name:String}",
                parameters: ["database": database, "name": name]
            )
            guard found.first?.first == rollups.mark else { continue }
            try await execute("DROP TABLE IF EXISTS \(ClickHouseClient.quote(database: database, table: name)) SYNC")
        }
    }

    /// Leaves the rollups of a measurement as they are.
    package func forget(_ table: SeriesTable) { followed[table.qualifiedName] = nil }

    /// Notes that rows of a range of time were deleted from the raw table. Must be called after they are gone, and
    /// again after a crash in between.
    ///
    /// - Parameters:
    ///   - from: nanoseconds since the epoch.
    ///   - to: nanoseconds since the epoch, exclusive.
    package func touch(_ table: SeriesTable, from: Int64, to: Int64) async throws {
        try await client.execute(Rollups(table).touch(from: from, to: to), settings: Rollups.computationSettings)
    }

    /// The same of a range that can be long: notes only minutes that the rollups have.
    package func touchAll(_ table: SeriesTable, from: Int64, to: Int64) async throws {
        do {
            try await client.execute(
                Rollups(table).touchKnown(from: from, to: to),
                settings: Rollups.computationSettings
            )
        } catch let error as ClickHouseError where error.code == .unknownTable {
            // There are no rollups.
        }
    }

    /// Computes until cancelled: every few seconds what was touched, and less often where that takes long.
    ///
    /// A backfill touches the same minutes again and again, and takes all that the warehouse can do. While one runs,
    /// old minutes wait for its end, and no more than a twentieth of the time is spent.
    package func run(every interval: Duration = .seconds(5)) async {
        while !Task.isCancelled {
            let start = ContinuousClock.now
            let isBeside = await isBesideBackfill()
            for name in followed.keys.sorted() {
                do {
                    _ = try await refresh(name, atMost: isBeside ? Self.minutesMaxBesideBackfill : Self.minutesMax)
                } catch {
                    if Task.isCancelled { return }
                    logger.warning("rollups are late", metadata: ["measurement": "\(name)", "cause": "\(error)"])
                }
            }
            let spent = ContinuousClock.now - start
            // The end of the backfill must be noticed.
            let pause = max(interval, isBeside ? min(spent * 19, .seconds(60)) : spent * 4)
            do { try await Task.sleep(for: pause) } catch { return }
        }
    }

    private func isBesideBackfill() async -> Bool {
        do {
            return try await WindowStore.hasBackfill(client, of: Set(followed.values.map(\.table.pipeline)))
        } catch {
            // Nothing is known of any, and what is wrong shows at the next step.
            return false
        }
    }

    /// Computes all that is touched now, of all measurements.
    ///
    /// - Returns: how many minutes that were.
    @discardableResult
    package func refresh() async throws -> Int {
        var minutes = 0
        for name in followed.keys.sorted() {
            while true {
                let count = try await refresh(name, atMost: Self.minutesMax)
                minutes += count
                if count < Self.minutesMax { break }
            }
        }
        return minutes
    }

    // MARK: Computation

    private func refresh(_ name: String, atMost minutesMax: Int) async throws -> Int {
        guard let (table, prepared) = followed[name] else { return 0 }
        let (touched, now) = try await readTouched(Rollups(table), minutesMax: minutesMax)
        if touched.isEmpty { return 0 }
        // After the notes, so that the fields of everything noted are among them.
        var current = table
        current.schema = try await schema(of: table)
        if current.schema != prepared {
            try await prepare(current)
            followed[name]?.prepared = current.schema
        }
        let rollups = Rollups(current)
        let oldest = table.timeToLive.map { now - Int64(($0 - Self.forgettingMargin).components.seconds) } ?? .min
        for part in TouchedMinute.parts(touched) {
            let minutes = part.map(\.start).filter { $0 > oldest }
            if !minutes.isEmpty { try await compute(rollups, minutes) }
            let done = rollups.crossedOut(part)
            _ = try await client.insert(
                into: rollups.touchedIdentifier,
                block: done.columns,
                rows: done.rows,
                scratch: GrowableBytes(),
                timeout: Self.timeout,
                isRepeatable: true
            )
        }
        logger.debug("rollups computed", metadata: ["measurement": "\(name)", "minutes": "\(touched.count)"])
        return touched.count
    }

    private func compute(_ rollups: Rollups, _ minutes: [Int64]) async throws {
        for step in RollupStep.allCases {
            let starts = Set(minutes.map { step.start(of: $0) }).sorted()
            try await execute(rollups.compute(step, starts, version: lastVersion))
            try await execute(rollups.removeEmpty(step, starts, version: lastVersion))
        }
    }

    /// - Returns: what is noted, and the server's time in seconds since the epoch.
    private func readTouched(
        _ rollups: Rollups,
        minutesMax: Int
    ) async throws -> ([TouchedMinute], now: Int64) {
        let rows = try await client.rows(rollups.readTouched(minutesMax: minutesMax), timeout: Self.timeout)
        var now: UInt64 = 0
        let touched = rows.compactMap { row -> TouchedMinute? in
            guard row.count == 3, let start = Int64(row[0] ?? ""), let micros = UInt64(row[2] ?? "") else { return nil }
            now = micros
            return TouchedMinute(start: start, touches: (row[1] ?? "").split(separator: ",").compactMap { UInt64($0) })
        }
        guard touched.count == rows.count else {
            throw PipelineError(
                .corruptState,
                "\(rollups.touchedIdentifier) holds rows that this version of Leat cannot read",
                remedy: "drop it and the view \(rollups.gapsIdentifier): both are made again at the next start"
            )
        }
        // The clock may have been set back.
        lastVersion = max(lastVersion + 1, now)
        return (touched, Int64(now / 1_000_000))
    }

    // MARK: Tables

    /// The tags and fields that the raw table has now, whoever added them.
    private func schema(of table: SeriesTable) async throws -> MeasurementSchema {
        let rows = try await client.rows(
            """
            SELECT name, type, is_in_sorting_key, is_in_primary_key FROM system.columns
            WHERE database = {database:String} AND table = {name:String} ORDER BY position
            """,
            parameters: ["database": table.rawDatabase, "name": table.name]
        )
        var schema = table.schema
        (schema.tags, schema.laterTags, schema.fields) = ([], [], [])
        for row in rows where row.count == 4 && row[0] != "time" {
            let name = row[0] ?? ""
            if row[3] == "1" {
                schema.tags.append(name)
            } else if row[2] == "1" {
                schema.laterTags.append(name)
            } else if let type = FieldType.allCases.first(where: {
                SeriesTable.field(.init(name: name, type: $0)).type == row[1]
            }) {
                schema.fields.append(.init(name: name, type: type))
            }
        }
        return schema
    }

    /// Creates what is missing for the schema, and adds what is new in it.
    private func prepare(_ table: SeriesTable) async throws {
        let rollups = Rollups(table)
        if let conflict = rollups.conflict {
            throw PipelineError(
                .precondition,
                "\(table.qualifiedName) cannot have rollups: \(conflict)",
                remedy: "rename the tag or field at the source; everything else continues without rollups"
            )
        }
        let isNew = try await columns(table.database, "\(table.name)_gaps").isEmpty
        for statement in rollups.tables(durable: isDurable) { try await execute(statement) }
        for step in RollupStep.allCases {
            let existing = try await columns(table.rawDatabase, "\(table.name)_\(step.rawValue)")
            if let alter = rollups.extend(step, existing: Set(existing)) { try await execute(alter) }
        }
        // The views come last: without them the points that were there before are noted again.
        if isNew { try await execute(rollups.touchAll) }
        for statement in rollups.views { try await execute(statement) }
    }

    private func columns(_ database: String, _ name: String) async throws -> [String] {
        try await client.rows(
            "SELECT name FROM system.columns WHERE database = {database:String} AND table = {name:String}",
            parameters: ["database": database, "name": name]
        ).compactMap { $0.first ?? nil }
    }

    private func requireOurs(_ rollups: Rollups) async throws {
        for (database, name) in rollups.names {
            let found = try await client.rows(
                "SELECT comment FROM system.tables WHERE database = {database:String} AND name = {name:String}",
                parameters: ["database": database, "name": name]
            )
            guard let comment = found.first?.first, comment != rollups.mark else { continue }
            throw PipelineError(
                .unmanagedObject,
                "`\(database).\(name)` in ClickHouse is not part of the rollups of \(rollups.table.qualifiedName)",
                remedy: "rename or drop it, or give this source another database in leat.yaml"
            )
        }
    }

    private func execute(_ statement: String) async throws {
        try await client.execute(statement, settings: Rollups.computationSettings, timeout: Self.timeout)
    }
}
