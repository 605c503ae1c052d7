import ClickHouseClient

/// What the comparison of checksums needs of ClickHouse, and what it leaves there: `leat.checksums`.
public struct ChecksumStore: Sendable {
    /// The newest comparison of a table.
    public struct Result: Sendable, Hashable {
        public var table: String
        /// Where the next one goes on; nil if it begins anew.
        public var base: ChecksumBase?
        public var isEqual: Bool

        public init(table: String, base: ChecksumBase?, isEqual: Bool) {
            self.table = table
            self.base = base
            self.isEqual = isEqual
        }
    }

    private let client: ClickHouseClient
    private let pipeline: String

    public init(client: ClickHouseClient, pipeline: String) {
        self.client = client
        self.pipeline = pipeline
    }

    public func prepare() async throws { try await StateSchema.prepare(with: client) }

    /// What an earlier process knew of a table.
    public struct Known: Sendable, Hashable {
        /// Where its comparisons stopped; nil where the batches since are no longer all on record.
        public var base: ChecksumBase?
        /// In seconds since 1970, by the server's clock.
        public var differsSince: Double?
    }

    /// What earlier processes knew, by table.
    public func load() async throws -> [String: Known] {
        let found = try await client.rows(
            """
            SELECT table, number, rows, sum, toString(is_equal), toUnixTimestamp64Milli(at) / 1000,
                toString(number > 0 AND number + 1 >=
                    (SELECT min(number) FROM leat.batches WHERE pipeline = {pipeline:String}))
            FROM leat.checksums FINAL WHERE pipeline = {pipeline:String}
            """,
            parameters: ["pipeline": pipeline]
        )
        var known: [String: Known] = [:]
        for row in found where row.count == 7 {
            guard let table = row[0], let number = row[1].flatMap({ UInt64($0) }),
                let rows = row[2].flatMap({ Int64($0) }), let sum = row[3].flatMap({ UInt64($0) })
            else { continue }
            let base = ChecksumBase(number: number, checksum: RowsChecksum(rows: rows, sum: sum))
            known[table] = Known(
                base: row[6] == "1" ? base : nil,
                differsSince: row[4] == "true" ? nil : row[5].flatMap { Double($0) }
            )
        }
        return known
    }

    public func save(_ results: [Result]) async throws {
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

    /// What batches behind a number did to a table.
    public func entries(of table: String, behind number: UInt64) async throws -> [ChecksumEntry] {
        // A statement can name several tables.
        let found = try await client.rows(
            """
            SELECT number, kind = 'stream' AND mapContains(checksums, {table:String}),
                checksums[{table:String}].1, checksums[{table:String}].2
            FROM leat.batches
            WHERE pipeline = {pipeline:String} AND number > {number:UInt64}
                AND (mapContains(rows, {table:String}) OR has(splitByString(', ', toString(table)), {table:String}))
            ORDER BY number
            """,
            parameters: ["pipeline": pipeline, "table": table, "number": "\(number)"]
        )
        return try found.map { row in
            guard row.count == 4, let number = row[0].flatMap({ UInt64($0) }), let rows = row[2].flatMap({ Int64($0) }),
                let sum = row[3].flatMap({ UInt64($0) })
            else {
                throw PipelineError(
                    .corruptState,
                    "leat.batches holds a row that this version of Leat cannot read",
                    remedy: "run the version of Leat that wrote it, or a newer one"
                )
            }
            return .init(number: number, change: row[1] == "1" ? RowsChecksum(rows: rows, sum: sum) : nil)
        }
    }
}
