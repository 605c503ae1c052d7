import Logging
import MySQLClient
import MySQLProtocol
import MySQLSchema

extension SourceInspector {
    /// One question's share of a wait: the logs say every so often what is waited for.
    private static let step = Duration.seconds(5)

    /// Waits until the server shows all of these transactions.
    ///
    /// - Returns: what was still missing when the time was over; nil if it shows them.
    func wait(for position: GTIDSet, atMost limit: Duration, logger: Logger) async throws -> SourceDelay? {
        guard !position.isEmpty else { return nil }
        let began = ContinuousClock.now
        while true {
            try Task.checkCancellation()
            let left = limit - (ContinuousClock.now - began)
            let seconds = Double(min(Self.step, max(.milliseconds(1), left)).milliseconds) / 1000
            let answer = try await connection.query(
                "SELECT WAIT_FOR_EXECUTED_GTID_SET('\(position.singleLine)', \(seconds))",
                timeout: Self.step + .seconds(10)
            )
            if answer.scalar == "0" { return nil }
            let missing = position.subtracting(try await executedGTIDs())
            if missing.isEmpty { return nil }
            let waited = ContinuousClock.now - began
            if waited >= limit { return SourceDelay(host: endpoint.address, missing: missing, waited: waited) }
            logger.info(
                "waiting for the source host to show what the stream has received",
                metadata: ["host": "\(endpoint.address)", "missing": "\(GTIDListing(missing))"]
            )
        }
    }
}

extension SourceInspector {
    /// The definition of one table once the server shows these transactions: its binlog can show a DDL statement before
    /// `information_schema` does, and a host that lags shows it later still.
    ///
    /// - Throws: `MySQLError` `.timeout`, which is transient, if it does not show them in time.
    func table(
        _ name: TableName,
        after transactions: GTIDSet,
        atMost limit: Duration,
        logger: Logger
    ) async throws -> TableDefinition? {
        if let delay = try await wait(for: transactions, atMost: limit, logger: logger) {
            throw MySQLError(.timeout, "\(delay)")
        }
        return try await table(name)
    }
}

extension Duration {
    fileprivate var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
