import MySQLProtocol

/// What a server has of the history that it shares with other servers, and where it gets more of it from.
package struct HostPosition: Sendable {
    package var serverUUID: MySQLUUID
    /// All transactions that it has executed.
    package var executed: GTIDSet
    /// Those that its binlogs no longer hold.
    package var purged: GTIDSet
    /// Nil for a server that is no replica.
    package var replica: ReplicaStatus?

    package init(serverUUID: MySQLUUID, executed: GTIDSet, purged: GTIDSet = GTIDSet(), replica: ReplicaStatus? = nil) {
        self.serverUUID = serverUUID
        self.executed = executed
        self.purged = purged
        self.replica = replica
    }

    /// Asks a server.
    package static func read(_ connection: MySQLConnection, timeout: Duration) async throws -> HostPosition {
        let answer = try await connection.query(
            "SELECT @@GLOBAL.server_uuid, @@GLOBAL.gtid_executed, @@GLOBAL.gtid_purged",
            timeout: timeout
        )
        let row = answer.rows.first ?? []
        guard row.count == 3, let uuid = row[0] else {
            throw MySQLError(.protocolViolation, "\(connection.endpoint.address) does not say who it is")
        }
        return HostPosition(
            serverUUID: try MySQLUUID(parsing: uuid),
            executed: try GTIDSet(parsing: row[1] ?? ""),
            purged: try GTIDSet(parsing: row[2] ?? ""),
            replica: try await ReplicaStatus.read(connection, timeout: timeout)
        )
    }

    /// Transactions of servers of which it has nothing at all and from which it does not replicate: they were committed
    /// at another host alone, by someone who had not switched off its binlog, and will never come here.
    package func foreign(in needed: GTIDSet) -> GTIDSet {
        let missing = needed.subtracting(executed)
        var known = executed.servers.union([serverUUID])
        if let replica { known = known.union(replica.sources).union(replica.received.servers) }
        return missing.committed(at: missing.servers.subtracting(known))
    }

    /// What there is no point in waiting for: what is foreign, and, where nothing is replicated, all that it lacks but
    /// transactions of its own, which the binlog can show before they can be read.
    package func unreachable(in needed: GTIDSet) -> GTIDSet {
        guard replica == nil else { return foreign(in: needed) }
        let missing = needed.subtracting(executed)
        return missing.committed(at: missing.servers.subtracting([serverUUID]))
    }

    /// Transactions that it has executed as a replica without getting them from its sources ("errant").
    package var localTransactions: GTIDSet { replica == nil ? GTIDSet() : executed.committed(at: [serverUUID]) }
}
