import ClickHouseClient
import InfluxClient

/// How many values each field has in each interval, on either side.
///
/// InfluxDB counts quickly and ClickHouse too, so this is how what was lost, or deleted, is found without reading it all.
struct CountComparison: Sendable, Equatable {
    /// Fields in the order of the counts.
    var fields: [String]
    /// By the interval's start.
    var source: [Int64: [UInt64]] = [:]
    var warehouse: [Int64: [UInt64]] = [:]

    /// Intervals in which the warehouse lacks values.
    var missing: [Int64] {
        source.filter { interval, counts in
            zip(counts, warehouse[interval] ?? zeros).contains { $0 > $1 }
        }.map(\.key).sorted()
    }

    /// Intervals in which the warehouse has values that the source does not have (any more).
    var surplus: [Int64] {
        warehouse.filter { interval, counts in
            zip(counts, source[interval] ?? zeros).contains { $0 > $1 }
        }.map(\.key).sorted()
    }

    private var zeros: [UInt64] { [UInt64](repeating: 0, count: fields.count) }

    /// - Parameters:
    ///   - source: the measurement's full name in InfluxQL.
    ///   - step: of the intervals, whole seconds in nanoseconds.
    mutating func countSource(
        _ client: InfluxClient,
        _ source: String,
        within range: TimeRange,
        step: Int64
    ) async throws {
        // Bound to a number of intervals; there can be one point a year.
        let result = try await client.query(
            """
            SELECT count(*) FROM \(source) WHERE \(range.influxCondition) \
            GROUP BY time(\(step / 1_000_000_000)s) fill(none)
            """
        )
        for series in result.series {
            let places = fields.map { series.columns.firstIndex(of: "count_\($0)") }
            for row in series.values {
                guard let time = row.first??.integerValue else { continue }
                let counts = places.map { place in
                    place.flatMap { row.indices.contains($0) ? row[$0]?.integerValue : nil }.map {
                        UInt64(clamping: $0)
                    } ?? 0
                }
                if counts.contains(where: { $0 > 0 }) { self.source[time] = counts }
            }
        }
    }

    mutating func countWarehouse(
        _ client: ClickHouseClient,
        _ table: SeriesTable,
        within range: TimeRange,
        step: Int64
    ) async throws {
        let counts = fields.map { "count(\(ClickHouseClient.quote(identifier: $0)))" }.joined(separator: ", ")
        let time = "toUnixTimestamp64Nano(time)"
        let rows = try await client.rows(
            """
            SELECT \(time) - positiveModulo(\(time), \(step)) AS interval, \(counts)
            FROM \(table.viewIdentifier)
            WHERE time >= fromUnixTimestamp64Nano(\(range.start), 'UTC')
                AND time < fromUnixTimestamp64Nano(\(range.end), 'UTC')
            GROUP BY interval
            """,
            // Subcolumns of odd names cannot be had through a view.
            settings: ["optimize_functions_to_subcolumns": "0"]
        )
        for row in rows {
            guard let interval = row.first.flatMap({ $0 }).flatMap({ Int64($0) }) else { continue }
            let counts = row.dropFirst().map { $0.flatMap { UInt64($0) } ?? 0 }
            if counts.contains(where: { $0 > 0 }) { warehouse[interval] = counts }
        }
    }
}
