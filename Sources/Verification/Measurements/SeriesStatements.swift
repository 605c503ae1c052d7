import ClickHouseClient
import InfluxClient
import InfluxProtocol

/// The statements about a measurement, for both servers: ClickHouse makes the same texts as ``SeriesTextWriter``.
struct SeriesStatements {
    private let compared: ComparedMeasurement
    private let row: String
    private let window: String

    init(_ compared: ComparedMeasurement) {
        self.compared = compared
        row = compared.alias("leat_row")
        window = compared.alias("leat_window")
    }

    /// For the source: all points of a span, whatever columns they have.
    func points(_ span: SeriesSpan) -> String {
        "SELECT \(compared.measurement.selection) FROM \(compared.measurement.source) WHERE time >= \(span.start) AND time < \(span.end) GROUP BY *"
    }

    /// For the warehouse: the sums over each window that has points.
    func sums(_ span: SeriesSpan) -> String {
        """
        SELECT \(index(in: span)) AS \(window), \
        count(), sum(CRC32(\(row))), sum(sipHash64(\(row))) \
        FROM (SELECT time, \(Self.text(keyCells + fieldCells)) AS \(row) FROM \(compared.measurement.view) \
        WHERE \(condition(span))) GROUP BY \(window)
        """
    }

    /// For the warehouse: the text of each point's tags and time in hexadecimal digits, and hashes of its fields'
    /// cells.
    func rows(_ run: WindowRun) -> String {
        let windows = run.windows.sorted().map { "\($0)" }.joined(separator: ", ")
        let cells = ["hex(\(Self.text(keyCells)))"] + fieldCells.map { "sipHash64(\(Self.text([$0])))" }
        return """
            SELECT \(cells.joined(separator: ", ")) FROM \(compared.measurement.view) \
            WHERE \(condition(run.span)) AND \(index(in: run.span)) IN (\(windows))
            """
    }

    /// For the warehouse: how many points there are on each day, about: points that were written twice may count twice.
    func days(from start: Int64, to end: Int64) -> String {
        let span = SeriesSpan(start, end, window: 1)
        return """
            SELECT intDiv(toUnixTimestamp64Nano(time), 86400000000000) - (toUnixTimestamp64Nano(time) < 0) AS \(window), \
            count() FROM \(compared.measurement.raw) WHERE \(condition(span)) GROUP BY \(window) ORDER BY \(window)
            """
    }

    // MARK: Parts

    /// Which window a point belongs to.
    private func index(in span: SeriesSpan) -> String {
        "intDiv(reinterpretAsUInt64(toUnixTimestamp64Nano(time) - (\(span.start))), \(span.window))"
    }

    private func condition(_ span: SeriesSpan) -> String {
        "time >= fromUnixTimestamp64Nano(\(span.start), 'UTC') AND time < fromUnixTimestamp64Nano(\(span.end), 'UTC')"
    }

    private var keyCells: [String] {
        compared.tags.map { tag in
            let quoted = ClickHouseClient.quote(identifier: tag)
            return "toString(length(\(quoted))), ':', \(quoted)"
        } + ["toString(toUnixTimestamp64Nano(time)), ','"]
    }

    private var fieldCells: [String] {
        compared.fields.map { field in
            let quoted = ClickHouseClient.quote(identifier: field.name)
            return switch field.type {
            case .float, .integer, .unsigned: "ifNull(toString(reinterpretAsUInt64(\(quoted))), 'N'), ','"
            case .boolean: "ifNull(toString(toUInt8(\(quoted))), 'N'), ','"
            case .string: "ifNull(concat(toString(length(\(quoted))), ':', \(quoted)), 'N')"
            }
        }
    }

    private static func text(_ cells: [String]) -> String { "concat(\(cells.joined(separator: ", ")), '')" }
}
