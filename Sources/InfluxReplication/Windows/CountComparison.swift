import ClickHouseClient
import InfluxClient
import InfluxProtocol
import LeatState

/// How many values each field has in each interval, on either side, and, if asked for, their sums.
///
/// InfluxDB counts quickly and ClickHouse too, so this is how what was lost, or deleted, is found without reading it
/// all. Sums show in addition where numbers were overwritten; strings and booleans have none.
struct CountComparison: Sendable {
    /// Fields in the order of the counts.
    var fields: [String]
    /// By the interval's start.
    var source: [Int64: [UInt64]] = [:]
    var warehouse: [Int64: [UInt64]] = [:]
    /// Fields of numbers, in the order of the sums; empty if there are to be none.
    var summed: [String] = []
    var sourceSums: [Int64: [Double]] = [:]
    var warehouseSums: [Int64: [(sum: Double, magnitude: Double)]] = [:]

    init(fields: [String]) { self.fields = fields }

    /// What to count at the source where `count(*)` will not do; by the columns' names.
    private var casts: [String: String] = [:]

    /// - Parameter sums: compare sums as well.
    init(_ schema: MeasurementSchema, sums: Bool) {
        let fields = schema.fields
        self.fields = fields.map(\.column)
        if !schema.isPlain { for field in fields { casts[field.column] = MeasurementSchema.cast(field) } }
        let numbers: [FieldType] = [.float, .integer, .unsigned]
        if sums { summed = fields.filter { numbers.contains($0.type) }.map(\.column) }
    }

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

    /// Intervals whose sums differ by more than the order of the additions explains.
    var changed: [Int64] {
        sourceSums.filter { interval, sums in
            guard let here = warehouseSums[interval] else { return false }
            return zip(sums, here).contains { abs($0 - $1.sum) > 1e-11 * $1.magnitude }
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
            SELECT \(selection) FROM \(source) WHERE \(range.influxCondition) \
            GROUP BY time(\(step / 1_000_000_000)s) fill(none)
            """
        )
        for series in result.series {
            let places = fields.map { series.columns.firstIndex(of: "count_\($0)") }
            let sumPlaces = summed.map { series.columns.firstIndex(of: "sum_\($0)") }
            for row in series.values {
                guard let time = row.first??.integerValue else { continue }
                let counts = places.map { place in
                    place.flatMap { row.indices.contains($0) ? row[$0]?.integerValue : nil }.map {
                        UInt64(clamping: $0)
                    } ?? 0
                }
                if counts.contains(where: { $0 > 0 }) { self.source[time] = counts }
                guard !summed.isEmpty else { continue }
                sourceSums[time] = sumPlaces.map { place in
                    place.flatMap { row.indices.contains($0) ? row[$0]?.doubleValue : nil } ?? 0
                }
            }
        }
    }

    private var selection: String {
        if casts.isEmpty { return "count(*)\(summed.isEmpty ? "" : ", sum(*)")" }
        func list(_ function: String, _ columns: [String]) -> [String] {
            columns.map { column in
                "\(function)(\(casts[column] ?? "")) AS \(InfluxQL.quote(identifier: "\(function)_\(column)"))"
            }
        }
        return (list("count", fields) + list("sum", summed)).joined(separator: ", ")
    }

    mutating func countWarehouse(
        _ client: ClickHouseClient,
        _ table: SeriesTable,
        within range: TimeRange,
        step: Int64
    ) async throws {
        let columns = fields.map { "count(\(ClickHouseClient.quote(identifier: $0)))" }
        let sums = summed.flatMap { name in
            let value = "toFloat64(\(ClickHouseClient.quote(identifier: name)))"
            return ["sum(\(value))", "sum(abs(\(value)))"]
        }
        let counts = (columns + sums).joined(separator: ", ")
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
            let counts = row[1...].prefix(fields.count).map { $0.flatMap { UInt64($0) } ?? 0 }
            if counts.contains(where: { $0 > 0 }) { warehouse[interval] = counts }
            guard !summed.isEmpty else { continue }
            let sums = row.dropFirst(1 + fields.count).map { $0.flatMap { Double($0) } ?? 0 }
            warehouseSums[interval] = stride(from: 0, to: sums.count - 1, by: 2).map { (sums[$0], sums[$0 + 1]) }
        }
    }
}
