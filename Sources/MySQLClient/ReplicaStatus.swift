import MySQLProtocol

/// What a replica says of its own replication, all channels taken together.
package struct ReplicaStatus: Sendable, Hashable {
    /// Connected to its source, and receiving.
    package var isReceiving: Bool
    /// Applying what it receives.
    package var isApplying: Bool
    /// Its own lag in whole seconds; nil where it does not know, because a thread has stopped.
    package var secondsBehind: Int?
    /// Seconds that it is behind on purpose (`SOURCE_DELAY`), the longest of its channels.
    package var intendedDelay: Int

    /// The servers that it replicates from.
    package var sources: Set<MySQLUUID> = []
    /// What it has received, whether or not it has applied it.
    package var received = GTIDSet()

    package var isRunning: Bool { isReceiving && isApplying }

    package init(isReceiving: Bool, isApplying: Bool, secondsBehind: Int?, intendedDelay: Int = 0) {
        self.isReceiving = isReceiving
        self.isApplying = isApplying
        self.secondsBehind = secondsBehind
        self.intendedDelay = intendedDelay
    }

    /// The answer to `SHOW REPLICA STATUS`; nil for a server that is no replica.
    package init?(_ answer: QueryResult) {
        guard !answer.rows.isEmpty else { return nil }
        func all(_ name: String) -> Bool { answer.values(of: name).allSatisfy { $0 == "Yes" } }
        isReceiving = all("Replica_IO_Running")
        isApplying = all("Replica_SQL_Running")
        let behind = answer.values(of: "Seconds_Behind_Source").map { $0.flatMap { Int($0) } }
        secondsBehind = behind.contains(nil) ? nil : behind.compactMap { $0 }.max()
        intendedDelay = answer.values(of: "SQL_Delay").compactMap { $0.flatMap { Int($0) } }.max() ?? 0
        sources = Set(answer.values(of: "Source_UUID").compactMap { $0.flatMap { try? MySQLUUID(parsing: $0) } })
        for text in answer.values(of: "Retrieved_Gtid_Set") {
            received.formUnion((try? GTIDSet(parsing: text ?? "")) ?? GTIDSet())
        }
    }

    /// Asks a server; nil if it is no replica, or the user may not ask (REPLICATION CLIENT).
    ///
    /// - Throws: `MySQLError` when the server does not answer.
    package static func read(_ connection: MySQLConnection, timeout: Duration) async throws -> ReplicaStatus? {
        do {
            return ReplicaStatus(try await connection.query("SHOW REPLICA STATUS", timeout: timeout))
        } catch let error as MySQLError where error.code == .server && !error.isTransient {
            return nil
        }
    }
}
