import ClickHouseClient
import InfluxClient
import InfluxProtocol

/// Reads sums and points of one measurement from both servers.
struct SeriesReader: Sendable {
    let source: InfluxClient
    let warehouse: ClickHouseClient
    let compared: ComparedMeasurement
    /// For one statement of the warehouse.
    private static let timeout = Duration.seconds(3600)

    /// Sums over the windows of a span, at the source and in the warehouse. Both are read at the same time.
    func sums(_ span: SeriesSpan) async throws -> (source: [WindowSums], warehouse: [WindowSums]) {
        async let shown = shownSums(span)
        let consumer = WindowSumsConsumer(span)
        try await stream(SeriesStatements(compared).points(span), consumer)
        return (consumer.sums, try await shown)
    }

    /// A database that was dropped has no points.
    private func stream(_ influxQL: String, _ consumer: some SeriesRowConsumer) async throws {
        do {
            try await source.stream(influxQL, columns: compared.columns, rows: consumer)
        } catch let error as InfluxError where error.code == .unknownDatabase {
            return
        }
    }

    /// Whether either side has any point, of whatever time.
    func hasPoints() async throws -> Bool {
        let shown = try await rows("SELECT 1 FROM \(compared.measurement.view) LIMIT 1")
        if !shown.isEmpty { return true }
        do {
            return try await !source.query("SELECT * FROM \(compared.measurement.source) LIMIT 1").series.isEmpty
        } catch {
            if error.code == .unknownDatabase { return false }
            throw error
        }
    }

    private func shownSums(_ span: SeriesSpan) async throws -> [WindowSums] {
        var sums = Array(repeating: WindowSums(), count: span.count)
        for row in try await rows(SeriesStatements(compared).sums(span)) {
            let numbers = row.compactMap { $0.flatMap { UInt64($0) } }
            guard numbers.count == 4, numbers[0] < UInt64(sums.count) else { throw UnexpectedAnswer() }
            sums[Int(numbers[0])] = WindowSums(
                points: numbers[1],
                texts: FloatingSums(crc: numbers[2], sip: numbers[3])
            )
        }
        return sums
    }

    /// The points of some windows at the source, by the text of tags and time: hashes of their fields' cells.
    func knownPoints(_ run: WindowRun) async throws -> [[UInt8]: [UInt64]] {
        let consumer = SeriesPointsConsumer(run, keyCells: compared.tags.count + 1)
        try await stream(SeriesStatements(compared).points(run.span), consumer)
        return consumer.points
    }

    /// The points of some windows in the warehouse, likewise; each as often as the view shows it.
    func shownPoints(_ run: WindowRun) async throws -> [[UInt8]: [[UInt64]]] {
        var points: [[UInt8]: [[UInt64]]] = [:]
        for row in try await rows(SeriesStatements(compared).rows(run)) {
            let hashes = row.dropFirst().compactMap { $0.flatMap { UInt64($0) } }
            guard let key = row.first.flatMap({ $0 }), hashes.count == compared.fields.count else {
                throw UnexpectedAnswer()
            }
            points[SeriesPointKey.bytes(hexadecimal: key), default: []].append(hashes)
        }
        return points
    }

    /// How many points the warehouse has, by day.
    func days(from start: Int64, to end: Int64) async throws -> [(start: Int64, rows: UInt64)] {
        try await rows(SeriesStatements(compared).days(from: start, to: end)).map { row in
            guard row.count == 2, let day = row[0].flatMap({ Int64($0) }), let rows = row[1].flatMap({ UInt64($0) })
            else { throw UnexpectedAnswer() }
            let (start, overflow) = day.multipliedReportingOverflow(by: 86_400_000_000_000)
            return (overflow ? .min : start, rows)
        }
    }

    private func rows(_ sql: String) async throws -> [[String?]] {
        try await warehouse.rows(sql, settings: WarehouseStatements.settings, timeout: Self.timeout)
    }
}
