import ClickHouseClient

/// The tables and views that sum a measurement up by minute, hour and day, and the statements that keep them right.
///
/// A bucket is never added to, it is computed again from the points as they are: so late, repeated, corrected and
/// deleted points end in the same numbers as if they had come in order. A materialized view on the raw table notes
/// which minutes an insert has touched; ``RollupKeeper`` computes those again (docs/storage.md).
///
/// - `iot_raw.readings_touched`: the notes. Each has a number of its own and is crossed out by that number, so that a
///   note that comes while its minute is being computed is not lost.
/// - `iot_raw.readings_1m`, `_1h`, `_1d`: the latest computation of a bucket wins; a bucket without points is deleted.
/// - `iot.readings_1m`, `_1h`, `_1d`, `iot.readings_gaps`: views.
package struct Rollups: Sendable, Hashable {
    package var table: SeriesTable

    package init(_ table: SeriesTable) { self.table = table }

    /// What the rollups say in their comments; not what the tables of measurements say, so that neither is taken for
    /// the other (a measurement can be called `readings_1m`).
    package var mark: String { "leat:\(table.pipeline) rollups of \(table.name)" }

    package func targetIdentifier(_ step: RollupStep) -> String { raw(step.rawValue) }
    package func viewIdentifier(_ step: RollupStep) -> String { view(step.rawValue) }
    package var gapsIdentifier: String { view("gaps") }
    var touchedIdentifier: String { raw("touched") }
    var watcherIdentifier: String { raw("watch") }

    private func raw(_ suffix: String) -> String {
        ClickHouseClient.quote(database: table.rawDatabase, table: "\(table.name)_\(suffix)")
    }

    private func view(_ suffix: String) -> String {
        ClickHouseClient.quote(database: table.database, table: "\(table.name)_\(suffix)")
    }

    /// Database and name of all that is created.
    var names: [(database: String, name: String)] {
        let steps = RollupStep.allCases.map(\.rawValue)
        return (steps + ["touched", "watch"]).map { (table.rawDatabase, "\(table.name)_\($0)") }
            + (steps + ["gaps"]).map { (table.database, "\(table.name)_\($0)") }
    }

    /// The first of the names that a measurement of the user's has (by the names of their tables): rollups give way to
    /// it.
    func taken(by measurements: Set<String>) -> String? {
        names.map(\.name).sorted().first { measurements.contains($0) }
    }

    var columns: [RollupColumn] { table.schema.fields.flatMap(RollupColumn.columns) }

    /// Why there can be no rollups of the measurement, if so: names that would stand twice.
    package var conflict: String? {
        var seen = Set(["time", "_version", "_deleted"] + GapView.columnNames)
        for tag in table.schema.allTags where !seen.insert(tag).inserted {
            return "a tag is called `\(tag)`, as a column of the rollups or gaps is"
        }
        let shown = table.schema.fields.flatMap { field in
            RollupColumn.columns(of: field).flatMap {
                $0.aggregate == .sum ? [$0.name, "\(field.column)_avg"] : [$0.name]
            }
        }
        for name in shown where !seen.insert(name).inserted {
            return "two columns of the rollups would be called `\(name)`"
        }
        return nil
    }

    // MARK: Creation

    /// The statements that create the tables, in order; each may be repeated.
    func tables(durable: Bool) -> [String] {
        RollupStep.allCases.map { createTarget($0, durable: durable) }
            + [createTouched(durable: durable), createWatcher]
    }

    /// The views for people; to be created again when fields or tags were added.
    var views: [String] {
        RollupStep.allCases.map(createView) + [GapView(rollups: self).create]
    }

    private var comment: String { "COMMENT \(ClickHouseClient.quote(literal: mark))" }
    private var keys: [String] { table.sortingKey }

    private static func durability(_ isDurable: Bool) -> [String] {
        isDurable ? ["fsync_after_insert = 1", "fsync_part_directory = 1"] : []
    }

    private func createTarget(_ step: RollupStep, durable: Bool) -> String {
        let schema = table.schema
        func tag(_ name: String) -> String { "\(ClickHouseClient.quote(identifier: name)) String CODEC(ZSTD(1))" }
        let lines =
            schema.tags.map(tag) + ["time DateTime64(0, 'UTC') CODEC(GCD, DoubleDelta, ZSTD(1))"]
            + ["_version UInt64 CODEC(Delta, ZSTD(1))", "_deleted UInt8 CODEC(ZSTD(1))"]
            + columns.map(definition) + schema.laterTags.map(tag)
        // Buckets are read and written by time across all series: few rows of each, so marks lie close together.
        let settings = ["index_granularity = 256"] + Self.durability(durable)
        return """
            CREATE TABLE IF NOT EXISTS \(targetIdentifier(step)) (
                \(lines.joined(separator: ",\n    "))
            ) ENGINE = ReplacingMergeTree(_version, _deleted)
            PARTITION BY \(step == .minute ? "toYYYYMM(time)" : "toYear(time)")
            PRIMARY KEY (\(SeriesTable.list(schema.tags + ["time"])))
            ORDER BY (\(SeriesTable.list(keys)))
            SETTINGS \(settings.joined(separator: ", "))
            \(comment)
            """
    }

    private func definition(_ column: RollupColumn) -> String {
        "\(ClickHouseClient.quote(identifier: column.name)) \(column.type) \(column.codec)"
    }

    private func createTouched(durable: Bool) -> String {
        """
        CREATE TABLE IF NOT EXISTS \(touchedIdentifier) (
            minute DateTime64(0, 'UTC'), touch UInt64, done UInt8, at DateTime DEFAULT now()
        ) ENGINE = ReplacingMergeTree(done) ORDER BY (minute, touch)
        TTL at + INTERVAL 1 HOUR DELETE WHERE done = 1\
        \(durable ? "\nSETTINGS \(Self.durability(durable).joined(separator: ", "))" : "")
        \(comment)
        """
    }

    /// Needs the time only, so that new fields and tags do not concern it.
    private var createWatcher: String {
        """
        CREATE MATERIALIZED VIEW IF NOT EXISTS \(watcherIdentifier) TO \(touchedIdentifier) AS
        SELECT minute, rand64() AS touch, 0 AS done
        FROM (SELECT DISTINCT \(RollupStep.minute.bucket(of: "time")) AS minute FROM \(table.rawIdentifier)) AS noted
        \(comment)
        """
    }

    private func createView(_ step: RollupStep) -> String {
        let fields = table.schema.fields.flatMap { field in
            RollupColumn.columns(of: field).map { column in
                let name = ClickHouseClient.quote(identifier: column.name)
                guard column.aggregate == .sum else { return name }
                let count = RollupColumn(field: field, aggregate: .count)
                return "\(name) / \(ClickHouseClient.quote(identifier: count.name)) AS "
                    + ClickHouseClient.quote(identifier: "\(field.column)_avg")
            }
        }
        return """
            CREATE OR REPLACE VIEW \(viewIdentifier(step)) AS
            SELECT \(SeriesTable.list(table.schema.allTags + ["time"])), \(fields.joined(separator: ", "))
            FROM \(targetIdentifier(step)) FINAL
            SETTINGS \(SeriesTable.finalSettings.map { "\($0) = \($1)" }.joined(separator: ", "))
            \(comment)
            """
    }

    /// Adds the columns of fields and tags that the tables lack.
    ///
    /// - Parameters:
    ///   - existing: the columns of the table of `step`.
    ///   - step: of which table.
    func extend(_ step: RollupStep, existing: Set<String>) -> String? {
        let tags = table.schema.laterTags.filter { !existing.contains($0) }
        var actions = columns.filter { !existing.contains($0.name) }.map {
            "ADD COLUMN IF NOT EXISTS \(definition($0))"
        }
        actions += tags.map { "ADD COLUMN \(ClickHouseClient.quote(identifier: $0)) String CODEC(ZSTD(1))" }
        if !tags.isEmpty { actions.append("MODIFY ORDER BY (\(SeriesTable.list(keys)))") }
        if actions.isEmpty { return nil }
        return "ALTER TABLE \(targetIdentifier(step)) \(actions.joined(separator: ", "))"
    }
}
