import ClickHouseClient
import LeatState
import MySQLProtocol

/// Looks up in `leat.batches` which transactions were carried over in batches with rows.
struct CarriedTransactions: Sendable {
    /// Batches that are looked through, the newest first: some days of them.
    private static let batchesMax = 200_000

    let client: ClickHouseClient
    let pipeline: String

    /// What of `transactions` came in a batch that has rows or is a DDL statement. A batch that has other transactions
    /// beside them counts as a whole.
    func among(_ transactions: GTIDSet) async throws -> GTIDSet {
        guard !transactions.isEmpty else { return GTIDSet() }
        let servers = transactions.servers.map { "'\($0)'" }.joined(separator: ", ")
        let rows = try await client.rows(
            """
            SELECT position, arrayStringConcat(arrayMap(part -> trimRight(part.1, '\(BatchDefinition.Part.mark)'), parts), ',') FROM leat.batches \
            WHERE pipeline = {pipeline:String} AND kind IN ('stream', 'barrier') \
            AND multiSearchAny(concat(position, arrayStringConcat(arrayMap(part -> part.1, parts))), [\(servers)]) \
            ORDER BY number DESC LIMIT \(Self.batchesMax)
            """,
            parameters: ["pipeline": pipeline]
        )
        var found = GTIDSet()
        for row in rows {
            for text in row.compactMap({ $0 }) where !text.isEmpty {
                found.formUnion(try GTIDSet(parsing: text.replacing("\\n", with: "\n")).intersection(transactions))
            }
        }
        return found
    }
}
