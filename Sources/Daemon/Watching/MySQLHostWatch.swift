import Foundation
import Logging
import MySQLClient
import MySQLReplication
import Observability

/// Asks one host of a source how it is, over a connection that is kept.
struct MySQLHostWatch: Sendable {
    let source: String
    let endpoint: MySQLEndpoint
    let metrics: ServerMetrics
    let logger: Logger

    private var labels: [String] { [source, endpoint.address] }

    func run() async {
        var connection: MySQLConnection?
        var replica = ReplicaFreshness()
        var isUp = true
        while !Task.isCancelled {
            do {
                let open = if let connection { connection } else { try await connect() }
                connection = open
                try await look(at: open, &replica)
                metrics.mySQLUp.with(labels).set(1)
                if !isUp { logger.info("a MySQL host answers again", metadata: ["host": "\(endpoint.address)"]) }
                isUp = true
            } catch {
                await connection?.close()
                connection = nil
                if Task.isCancelled { break }
                showDown()
                if isUp {
                    logger.warning(
                        "a MySQL host does not answer",
                        metadata: ["host": "\(endpoint.address)", "error": "\(error)"]
                    )
                }
                isUp = false
            }
            try? await Task.sleep(for: ServerWatch.interval)
        }
        await connection?.close()
    }

    private func connect() async throws -> MySQLConnection {
        var endpoint = endpoint
        endpoint.connectTimeout = min(endpoint.connectTimeout, ServerWatch.answerTimeout)
        return try await MySQLConnection.connect(to: endpoint, logger: logger)
    }

    private func look(at connection: MySQLConnection, _ replica: inout ReplicaFreshness) async throws {
        let limit = try await connection.query("SELECT @@GLOBAL.max_connections", timeout: ServerWatch.answerTimeout)
        if let connections = limit.scalar.flatMap({ Double($0) }) {
            metrics.mySQLConnectionsMax.with(labels).set(connections)
        }
        let counts = try await connection.query(
            "SHOW GLOBAL STATUS WHERE Variable_name IN ('Threads_connected', 'Threads_running')",
            timeout: ServerWatch.answerTimeout
        )
        for row in counts.rows where row.count > 1 {
            guard let count = row[1].flatMap({ Double($0) }) else { continue }
            switch row[0]?.lowercased() {
            case "threads_connected": metrics.mySQLConnections.with(labels).set(count)
            case "threads_running": metrics.mySQLThreadsRunning.with(labels).set(count)
            default: break
            }
        }
        let now = Date().timeIntervalSince1970
        let status = try await ReplicaStatus.read(connection, timeout: ServerWatch.answerTimeout)
        replica.observe(status, at: now)
        if let status {
            metrics.mySQLReplicaRunning.with(labels).set(status.isRunning ? 1 : 0)
            metrics.mySQLReplicaLag.with(labels).set(replica.lag(at: now))
        } else {
            metrics.mySQLReplicaRunning.remove(labels)
            metrics.mySQLReplicaLag.remove(labels)
        }
    }

    /// What the host said before is not so any more.
    private func showDown() {
        metrics.mySQLUp.with(labels).set(0)
        for family in [
            metrics.mySQLReplicaRunning, metrics.mySQLReplicaLag, metrics.mySQLConnections,
            metrics.mySQLConnectionsMax, metrics.mySQLThreadsRunning,
        ] { family.remove(labels) }
    }
}
