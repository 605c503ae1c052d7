import MySQLClient
import MySQLProtocol
import MySQLReplication

extension MySQLExaminer {
    /// A replica is a fine source as long as it replicates and logs what it replicates.
    func replica(_ connection: MySQLConnection, _ variables: [String: String]) async throws -> [Finding] {
        let answer: QueryResult
        do {
            answer = try await connection.query("SHOW REPLICA STATUS")
        } catch let error as MySQLError where error.server != nil {
            // Not allowed to ask: the privileges' check says so.
            return []
        }
        guard let row = answer.rows.first else { return [] }
        func value(_ name: String) -> String {
            guard let index = answer.columns.firstIndex(where: { $0.name == name }), index < row.count else {
                return ""
            }
            return row[index] ?? ""
        }
        var found: [Finding] = []
        if variables["log_replica_updates"]?.uppercased() == "OFF" {
            found.append(
                finding(
                    "mysql-log-replica-updates",
                    .blocker,
                    cause: "it is a replica and log_replica_updates is OFF",
                    effect: "what it replicates does not show in its binlog",
                    remedy: "start it with --log-replica-updates=ON"
                )
            )
        }
        let threads = [("Replica_IO_Running", "Last_IO_Error"), ("Replica_SQL_Running", "Last_SQL_Error")]
        let stopped = threads.filter { value($0.0) != "Yes" }
        if !stopped.isEmpty {
            let reasons = stopped.map { "\($0.0) is \(value($0.0))\(value($0.1).isEmpty ? "" : ": \(value($0.1))")" }
            found.append(
                finding(
                    "mysql-replica-stopped",
                    .warning,
                    cause: "replication has stopped (\(reasons.joined(separator: "; ")))",
                    effect: "it falls behind its source, and so does ClickHouse",
                    remedy: "START REPLICA   once its cause is mended; meanwhile the next of hosts: can be put first"
                )
            )
        } else if let behind = Int(value("Seconds_Behind_Source")), behind > 60 {
            found.append(
                finding(
                    "mysql-replica-lag",
                    .warning,
                    cause: "it is \(behind) s behind its source",
                    effect: "ClickHouse is at least as late",
                    remedy: "give it more replica_parallel_workers or faster disks, or put another host first in hosts:"
                )
            )
        }
        return found
    }

    func privileges(_ connection: MySQLConnection) async throws -> [Finding] {
        let grants = try await connection.query("SHOW GRANTS").rows.compactMap { $0.first ?? nil }
        let missing = SourcePrivileges.missing(in: grants)
        guard !missing.isEmpty else { return [] }
        return [
            finding(
                "mysql-privileges",
                .blocker,
                cause: "the user `\(endpoint.user)` lacks \(missing.joined(separator: ", "))",
                effect: "the binlog or the tables cannot be read",
                remedy: "GRANT \(missing.joined(separator: ", ")) ON *.* TO '\(endpoint.user)'@'…'"
            )
        ]
    }
}
