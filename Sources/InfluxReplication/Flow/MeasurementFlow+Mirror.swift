import ClickHouseClient
import InfluxClient
import InfluxProtocol
import LeatState
import Logging
import PipelineCore
import Warehouse

extension MeasurementFlow {
    /// A crash may have come between a removal and its note for the rollups.
    func finishMirroring() async throws {
        guard context.options.onDelete == .mirror, let frontier = book.frontier else { return }
        for range in joined(book.open.sorted()) {
            try await context.rollups.touch(table, from: range.start, to: range.end)
        }
        let now = book.window(of: WallTime.now).addingClamped(book.length)
        if frontier < now { try await context.rollups.touch(table, from: frontier, to: now) }
    }

    /// Why the warehouse has something that the source has not.
    enum Surplus {
        /// It was deleted.
        case deleted
        /// It was pushed, and nothing has confirmed it: the source has refused it, or it was deleted before it was seen
        /// there.
        case unconfirmed
    }

    /// Makes a span equal to the source: removes the points, and the fields of points, that the source does not have
    /// (any more), then inserts what it has.
    ///
    /// Pushes wait meanwhile, so a point that is deleted and written again is there at the end.
    func mirror(_ range: TimeRange, because surplus: Surplus) async throws {
        let table = table
        let client = context.warehouse.client
        let scratch = ClickHouseClient.quote(database: "leat", table: "mirror_\(context.options.name)_\(table.name)")
        let span: Logger.Metadata = [
            "from": "\(WallTime.text(range.start))", "to": "\(WallTime.text(range.end))",
        ]
        switch surplus {
        case .deleted: logger.info("points were deleted at the source and are removed", metadata: span)
        case .unconfirmed:
            logger.info("points were pushed that the source does not have, and are removed", metadata: span)
        }
        // Should we crash between the removal and its note, the windows are seen again at the start.
        try await record(book.reopen(windows(in: range)))
        try await gate.withGate {
            try await context.untilTaken(.insert) {
                try await client.execute("DROP TABLE IF EXISTS \(scratch)")
                try await client.execute(
                    """
                    CREATE TABLE \(scratch) ENGINE = MergeTree ORDER BY tuple()
                    AS SELECT \(SeriesTable.list(table.columnNames)) FROM \(table.rawIdentifier) WHERE false
                    COMMENT 'leat:state'
                    """
                )
            }
            _ = try await stream(range, table, batchRows: context.options.batchRows) { rows in
                let block = try rows.block(for: table)
                _ = try await client.insert(into: scratch, columns: table.columnNames, blocks: block)
            }
            // Had the source forgotten them because of their age, its retention says so by now.
            try await refreshRetention()
            let oldest = oldestMirrored(at: WallTime.now)
            let removed = range.intersection(TimeRange(oldest, TimeRange.latest))
            try await context.untilTaken(.insert) {
                try await client.execute(
                    Self.removal(within: removed, from: table, unlessIn: scratch),
                    settings: ["lightweight_deletes_sync": "2"]
                )
                let columns = SeriesTable.list(table.columnNames)
                try await client.execute(
                    "INSERT INTO \(table.rawIdentifier) (\(columns)) SELECT \(columns) FROM \(scratch)",
                    settings: ClickHouseClient.writeSettings.merging(["max_partitions_per_insert_block": "0"]) { $1 }
                )
                try await context.rollups.touch(table, from: range.start, to: range.end)
                try await client.execute("DROP TABLE IF EXISTS \(scratch)")
            }
        }
    }

    /// Removes the points of a measurement that the source no longer has, save those that it would have forgotten
    /// anyway.
    func removeVanished() async throws {
        let oldest = oldestMirrored(at: WallTime.now)
        let table = table
        try await gate.withGate {
            try await context.untilTaken(.insert) {
                let bound = "time >= fromUnixTimestamp64Nano(\(oldest), 'UTC')"
                let row = try await context.warehouse.client.rows(
                    """
                    SELECT count(), toUnixTimestamp64Nano(min(time)), toUnixTimestamp64Nano(max(time))
                    FROM \(table.rawIdentifier) WHERE \(bound)
                    """
                ).first
                guard let row, row[0] != "0", let first = row[1].flatMap({ Int64($0) }),
                    let last = row[2].flatMap({ Int64($0) })
                else { return }
                try await context.warehouse.client.execute(
                    "DELETE FROM \(table.rawIdentifier) WHERE \(bound)",
                    settings: ["lightweight_deletes_sync": "2"]
                )
                try await context.rollups.touchAll(table, from: first, to: last.addingClamped(1))
            }
        }
        logger.notice("a measurement was dropped at the source, and its points are removed")
    }

    /// Reads what the retention is now.
    private func refreshRetention() async throws {
        let policies = try await SourceCatalog.policies(context.source, database: context.options.source.database)
        guard let policy = policies.first(where: { $0.name == policyName }) else {
            throw MeasurementRefusal(
                cause: "the retention policy `\(policyName)` is gone in InfluxDB",
                remedy: "create it again, or leat tables forget \(state.name)"
            )
        }
        retention = policy.duration
    }

    private func windows(in range: TimeRange) -> [Int64] {
        Array(stride(from: range.start, to: range.end, by: Int64.Stride(book.length)))
    }

    /// A row of the raw table is a whole point or, before merges, a part of one; so a field that a point has lost is
    /// looked for in each of them.
    private static func removal(within range: TimeRange, from table: SeriesTable, unlessIn scratch: String) -> String {
        let key = "(\(SeriesTable.list(table.sortingKey)))"
        let columns = SeriesTable.list(table.sortingKey)
        let lost = table.schema.fields.map { field in
            let name = ClickHouseClient.quote(identifier: field.column)
            return "OR (\(name) IS NOT NULL AND \(key) IN (SELECT \(columns) FROM \(scratch) WHERE \(name) IS NULL))"
        }
        return """
            DELETE FROM \(table.rawIdentifier)
            WHERE time >= fromUnixTimestamp64Nano(\(range.start), 'UTC')
                AND time < fromUnixTimestamp64Nano(\(range.end), 'UTC')
                AND (\(key) NOT IN (SELECT \(columns) FROM \(scratch)) \(lost.joined(separator: " ")))
            """
    }
}
