import ClickHouseClient

/// What the comparison of checksums needs of ClickHouse, and what it leaves there: `leat.checksums`.
package struct ChecksumStore: Sendable {
    /// The newest comparison of a table.
    package struct Result: Sendable, Hashable {
        package var table: String
        /// Where the next one continues; nil if it begins again.
        package var base: ChecksumBase?
        package var isEqual: Bool

        package init(table: String, base: ChecksumBase?, isEqual: Bool) {
            self.table = table
            self.base = base
            self.isEqual = isEqual
        }
    }

    private let client: ClickHouseClient
    private let pipeline: String

    package init(client: ClickHouseClient, pipeline: String) {
        self.client = client
        self.pipeline = pipeline
    }

    package func prepare() async throws { try await StateSchema.prepare(with: client) }

    /// What an earlier process knew of a table.
    package struct Known: Sendable, Hashable {
        /// Where its comparisons stopped; nil where the batches since are no longer all on record.
        package var base: ChecksumBase?
        /// In seconds since 1970, by the server's clock.
        package var differsSince: Double?
    }

    /// What earlier processes knew, by table.
    package func load() async throws -> [String: Known] {
        let oldest = try await BatchRecords(client: client, pipeline: pipeline).oldest() ?? 0
        let rows = try await client.stateRows(
            of: "leat.checksums",
            """
            SELECT table, number, rows, sum, is_equal, toUnixTimestamp64Milli(at) / 1000 AS compared_at
            FROM leat.checksums FINAL WHERE pipeline = {pipeline:String}
            """,
            parameters: ["pipeline": pipeline]
        )
        var known: [String: Known] = [:]
        for row in rows {
            let base = ChecksumBase(
                number: try row.number("number"),
                checksum: RowsChecksum(rows: try row.number("rows"), sum: try row.number("sum"))
            )
            let isContinuous = base.number > 0 && base.number + 1 >= oldest
            known[try row.text("table")] = Known(
                base: isContinuous ? base : nil,
                differsSince: try row.flag("is_equal") ? nil : try row.number("compared_at")
            )
        }
        return known
    }

    package func save(_ results: [Result]) async throws {
        if results.isEmpty { return }
        let rows = results.map { result in
            let base = result.base ?? .init(number: 0, checksum: RowsChecksum())
            return """
                (\(ClickHouseClient.quote(literal: pipeline)), \(ClickHouseClient.quote(literal: result.table)), \
                \(base.number), \(base.checksum.rows), \(base.checksum.sum), \(result.isEqual))
                """
        }
        try await client.execute(
            """
            INSERT INTO leat.checksums (pipeline, table, number, rows, sum, is_equal)
            VALUES \(rows.joined(separator: ", "))
            """,
            settings: ClickHouseClient.writeSettings
        )
    }

    /// What batches after a number did to a table.
    package func entries(of table: String, above number: UInt64) async throws -> [ChecksumEntry] {
        try await BatchRecords(client: client, pipeline: pipeline).changes(of: table, after: number)
    }
}
