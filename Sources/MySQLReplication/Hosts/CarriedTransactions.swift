import LeatState
import MySQLProtocol

/// Looks up in `leat.batches` which transactions were carried over in batches with rows.
struct CarriedTransactions: Sendable {
    /// Batches that are looked through, the newest first: some days of them.
    private static let batchesMax = 200_000

    let records: BatchRecords

    /// What of `transactions` came in a batch that has rows or is a DDL statement. A batch that has other transactions
    /// beside them counts as a whole.
    func among(_ transactions: GTIDSet) async throws -> GTIDSet {
        guard !transactions.isEmpty else { return GTIDSet() }
        var found = GTIDSet()
        for text in try await records.transactions(
            ofServers: transactions.servers.map { "\($0)" },
            atMost: Self.batchesMax
        ) {
            found.formUnion(try GTIDSet(parsing: text).intersection(transactions))
        }
        return found
    }
}
