import ClickHouseClient
import LeatState
import MySQLSchema
import Warehouse

/// Asks the warehouse for the checksum of what a view shows.
struct ViewChecksums: Sendable {
    let client: ClickHouseClient
    /// For one statement; a large table takes minutes.
    private static let timeout = Duration.seconds(3600)

    /// The server's time, in seconds since 1970.
    func now() async throws -> Double {
        let answer = try await client.rows("SELECT toUnixTimestamp64Milli(now64(3)) / 1000")
        guard let now = answer.first?.first.flatMap({ $0 }).flatMap({ Double($0) }) else { throw UnexpectedAnswer() }
        return now
    }

    /// The checksum of what a view shows now.
    ///
    /// - Returns: nil if there is no such view.
    func shown(_ view: TableName) async throws -> RowsChecksum? {
        let columns = try await client.rows(
            """
            SELECT name, type FROM system.columns WHERE database = {database:String} AND table = {name:String}
            ORDER BY position
            """,
            parameters: ["database": view.database, "name": view.table]
        ).map { (name: $0[0] ?? "", type: $0[1] ?? "") }
        if columns.isEmpty { return nil }
        let answer = try await client.rows(
            """
            SELECT \(RowHashing.aggregates(columns))
            FROM \(ClickHouseClient.quote(database: view.database, table: view.table))
            """,
            settings: RowHashing.settings.merging(["max_threads": "1"]) { $1 },
            timeout: Self.timeout
        )
        guard let row = answer.first, row.count == 2, let count = row[0].flatMap({ Int64($0) }),
            let sum = row[1].flatMap({ UInt64($0) })
        else { throw UnexpectedAnswer() }
        return RowsChecksum(rows: count, sum: sum)
    }
}
