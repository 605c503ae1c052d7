import ClickHouseClient
import ClickHouseFormat
import ColumnarBytes

extension Rollups {
    /// What the computations set: they must neither hold all series in memory together nor merge what they do not read.
    static let computationSettings: [String: String] = {
        var settings = Dictionary(uniqueKeysWithValues: SeriesTable.finalSettings)
        settings["optimize_aggregation_in_order"] = "1"
        settings["max_bytes_before_external_group_by"] = "268435456"
        settings.merge(ClickHouseClient.writeSettings) { $1 }
        settings["max_execution_time"] = "0"
        return settings
    }()

    /// The notes that are not crossed out: a row a minute (seconds since the epoch) with the numbers of its notes, and
    /// the version of a computation that begins now. The newest minutes first, which people want to see.
    ///
    /// - Parameter minutesMax: at most this many minutes.
    func readTouched(minutesMax: Int) -> String {
        """
        SELECT toInt64(toUnixTimestamp64Milli(toDateTime64(minute, 3)) / 1000), \
        arrayStringConcat(groupArray(toString(touch)), ','), toUnixTimestamp64Micro(now64(6))
        FROM \(touchedIdentifier) FINAL WHERE done = 0 GROUP BY minute ORDER BY minute DESC LIMIT \(minutesMax)
        """
    }

    /// Crosses notes out: rows for ``touchedIdentifier``, as a block, since there can be hundreds of thousands (as a
    /// list of values they took ClickHouse half a minute to read).
    func crossedOut(_ touched: [TouchedMinute]) -> (columns: [NativeColumn], rows: Int) {
        let minutes = ColumnBuffer(layout: .fixed(width: 8), isNullable: false)
        let touches = ColumnBuffer(layout: .fixed(width: 8), isNullable: false)
        let done = ColumnBuffer(layout: .fixed(width: 1), isNullable: false)
        var rows = 0
        for minute in touched {
            for touch in minute.touches {
                minutes.append(minute.start)
                touches.append(touch)
                done.append(1 as UInt8)
                rows += 1
            }
        }
        let columns = [
            NativeColumn(name: "minute", type: "DateTime64(0, 'UTC')", buffer: minutes),
            NativeColumn(name: "touch", type: "UInt64", buffer: touches),
            NativeColumn(name: "done", type: "UInt8", buffer: done),
        ]
        return (columns, rows)
    }

    /// Notes all minutes that have points, as if they had just been inserted.
    var touchAll: String {
        """
        INSERT INTO \(touchedIdentifier) (minute, touch, done)
        SELECT minute, rand64(), 0 FROM (
            SELECT DISTINCT \(RollupStep.minute.bucket(of: "time")) AS minute FROM \(table.rawIdentifier)
        )
        """
    }

    /// Notes the minutes of a range of time, whether they have points or not: for after rows were deleted.
    ///
    /// - Parameters:
    ///   - from: nanoseconds since the epoch.
    ///   - to: nanoseconds since the epoch, exclusive.
    func touch(from: Int64, to: Int64) -> String {
        let first = RollupStep.minute.start(of: Self.second(of: from))
        let last = RollupStep.minute.start(of: Self.second(of: to > from ? to - 1 : from))
        return """
            INSERT INTO \(touchedIdentifier) (minute, touch, done)
            SELECT fromUnixTimestamp64Second(\(first) + 60 * toInt64(number), 'UTC'), rand64(), 0
            FROM numbers(\((last - first) / 60 + 1))
            """
    }

    /// Notes the minutes of a range of time that have been computed before.
    func touchKnown(from: Int64, to: Int64) -> String {
        let first = RollupStep.minute.start(of: Self.second(of: from))
        let last = Self.second(of: to > from ? to - 1 : from)
        return """
            INSERT INTO \(touchedIdentifier) (minute, touch, done)
            SELECT minute, rand64(), 0 FROM (
                SELECT DISTINCT time AS minute FROM \(targetIdentifier(.minute))
                WHERE time >= \(Self.literal(first)) AND time <= \(Self.literal(last))
            )
            """
    }

    /// Computes buckets again: from the points, or for hours and days from the finer buckets.
    ///
    /// - Parameters:
    ///   - starts: of the buckets, in seconds since the epoch; not empty.
    ///   - version: higher than that of every computation that began before.
    func compute(_ step: RollupStep, _ starts: [Int64], version: UInt64) -> String {
        let keys = SeriesTable.list(table.schema.allTags)
        let bucket = step.bucket(of: "time")
        let names = columns.map { ClickHouseClient.quote(identifier: $0.name) }
        let values = columns.map { column in
            step.finer == nil
                ? column.overPoints(ClickHouseClient.quote(identifier: column.field.column))
                : column.overFiner(ClickHouseClient.quote(identifier: column.name))
        }
        let source = step.finer.map(targetIdentifier) ?? table.rawIdentifier
        let separator = keys.isEmpty ? "" : ", "
        return """
            INSERT INTO \(targetIdentifier(step)) (\(keys)\(separator)time, _version, \(names.joined(separator: ", ")))
            SELECT \(keys)\(separator)\(bucket) AS leat_bucket, \(version), \(values.joined(separator: ", "))
            FROM \(source) FINAL
            WHERE \(Self.condition("time", bucket: bucket, starts, seconds: step.seconds))
            GROUP BY \(keys)\(separator)leat_bucket
            """
    }

    /// Deletes those of the buckets that ``compute(_:_:version:)`` did not give again: they have no points any more.
    func removeEmpty(_ step: RollupStep, _ starts: [Int64], version: UInt64) -> String {
        let keys = SeriesTable.list(table.sortingKey)
        let target = targetIdentifier(step)
        return """
            INSERT INTO \(target) (\(keys), _version, _deleted)
            SELECT \(keys), \(version), 1 FROM \(target) FINAL
            WHERE \(Self.condition("time", bucket: "time", starts, seconds: step.seconds)) AND _version < \(version)
            """
    }

    /// The range lets ClickHouse skip parts and rows by key, the list leaves out what lies between.
    private static func condition(_ column: String, bucket: String, _ starts: [Int64], seconds: Int64) -> String {
        let (first, last) = (starts.min() ?? 0, starts.max() ?? 0)
        let range = "\(column) >= \(literal(first)) AND \(column) < \(literal(last + seconds))"
        if Int64(starts.count) == (last - first) / seconds + 1 { return range }
        return "\(range) AND \(bucket) IN (\(starts.map(literal).joined(separator: ", ")))"
    }

    private static func literal(_ second: Int64) -> String { "toDateTime64(\(second), 0, 'UTC')" }

    private static func second(of nanosecond: Int64) -> Int64 {
        let rest = nanosecond % 1_000_000_000
        return (nanosecond - rest) / 1_000_000_000 - (rest < 0 ? 1 : 0)
    }
}
