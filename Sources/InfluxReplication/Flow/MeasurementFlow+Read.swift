import InfluxClient
import InfluxProtocol
import LeatState
import PipelineCore
import Warehouse

extension MeasurementFlow {
    /// The schema changed while a read was in progress, so it may have missed something.
    struct SchemaChanged: Error {}

    /// `"iot"."autogen"."readings"`
    var sourceName: String {
        SourceCatalog.source(key, database: context.options.source.database, policy: policyName)
    }

    /// Reads everything that the source has within the span into the warehouse, and closes what this completes.
    ///
    /// - Parameter range: whole windows.
    /// - Returns: how many points there were.
    @discardableResult
    func read(_ range: TimeRange, for purpose: WindowBook.Purpose) async throws -> UInt64 {
        let began = book.beginRead()
        let version = schemaVersion
        let points = try await readRows(range, origin: purpose == .copy ? .copy : .read)
        guard version == schemaVersion else { throw SchemaChanged() }
        if purpose == .frontier { try await confirm(range) }
        if purpose == .open {
            openChunk.sawPoints(points, in: range.length)
        } else {
            chunk.sawPoints(points, in: range.length)
        }
        if purpose == .copy { addCopied(points) }
        try await record(book.endRead(range, began: began, for: purpose), points: points)
        context.observer.heartbeat(.read)
        return points
    }

    /// Reads the points of any span into the warehouse; closes nothing.
    @discardableResult
    func readRows(_ range: TimeRange, origin: SeriesOrigin) async throws -> UInt64 {
        let table = table
        let batchRows = origin == .copy ? context.options.batchRows : min(25_000, context.options.batchRows)
        return try await stream(range, table, batchRows: batchRows) { rows in
            try await self.insertRead(rows, into: table, origin: origin)
        }
    }

    private func insertRead(_ rows: SeriesRows, into table: SeriesTable, origin: SeriesOrigin) async throws {
        try await gate.withGate { try await insert(rows, into: table, origin: origin) }
    }

    /// Streams the points of a span as columns of `table`.
    ///
    /// - Parameter batchRows: of one insert.
    func stream(
        _ range: TimeRange,
        _ table: SeriesTable,
        batchRows: Int,
        insert: @escaping @Sendable (SeriesRows) async throws -> Void
    ) async throws -> UInt64 {
        let pipe = InsertPipe(insert: insert)
        // All there is, not only what is known: a column that has just appeared must not be left out silently.
        let statement = "SELECT \(table.schema.selection) FROM \(sourceName) WHERE \(range.influxCondition) GROUP BY *"
        do {
            _ = try await context.reads.withGate {
                try await context.source.stream(
                    statement,
                    columns: table.seriesColumns,
                    // Pushes wait for an insert that is in progress: outside copies none may take long.
                    batchRows: batchRows,
                    batchBytes: context.options.batchBytes,
                    rows: pipe
                )
            }
        } catch {
            try? await pipe.finish()
            throw error
        }
        try await pipe.finish()
        if !table.schema.isPlain { try await requireKnownFields(table) }
        context.observer.heartbeat(.source)
        return await pipe.points
    }

    /// Fails where the source has a field, or a type of one, that was not read because it was not asked for.
    private func requireKnownFields(_ table: SeriesTable) async throws {
        let place = [policyName, key.name].map { InfluxQL.quote(identifier: $0) }.joined(separator: ".")
        let database = InfluxQL.quote(identifier: context.options.source.database)
        let known = Set(table.schema.fields.map { "\($0.name) \($0.type.rawValue)" })
        for series in try await context.source.query("SHOW FIELD KEYS ON \(database) FROM \(place)").series {
            for (name, type) in zip(series.column("fieldKey"), series.column("fieldType")) {
                guard let name = name?.stringValue, let type = type?.stringValue else { continue }
                guard known.contains("\(name) \(type)") else {
                    throw InfluxError(
                        code: .unexpectedColumn,
                        message: "the field \(name) of type \(type) was not expected",
                        column: name
                    )
                }
            }
        }
    }

    /// The time of the first point, or of the last; nil if there is none.
    func extremeTime(isLast: Bool) async throws -> Int64? {
        let result = try await context.source.query(
            "SELECT * FROM \(sourceName) ORDER BY time \(isLast ? "DESC" : "ASC") LIMIT 1"
        )
        return result.series.first?.values.first?.first??.integerValue
    }
}
