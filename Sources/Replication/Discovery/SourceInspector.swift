import Foundation
import Logging
import MySQLClient
import MySQLProtocol
import MySQLSchema
import Pipeline

/// Asks a MySQL server what the pipeline must know of it: whether it can be followed at all, where its binlog is, what
/// its tables look like.
struct SourceInspector: Sendable {
    let connection: MySQLConnection
    let endpoint: MySQLEndpoint

    init(endpoint: MySQLEndpoint, logger: Logger) async throws {
        self.endpoint = endpoint
        connection = try await MySQLConnection.connect(to: endpoint, logger: logger)
        _ = try await connection.query("SET SESSION time_zone = '+00:00', SESSION sql_mode = ''")
    }

    func close() async { await connection.close() }

    private var host: String { "\(endpoint.host):\(endpoint.port)" }

    /// Fails on the first setting or privilege without which the binlog cannot be followed exactly.
    func requireFollowable() async throws {
        let names = [
            "log_bin", "binlog_format", "binlog_row_image", "binlog_row_metadata", "binlog_row_value_options",
            "gtid_mode",
            "log_replica_updates",
        ]
        let list = names.map { "'\($0)'" }.joined(separator: ", ")
        let rows = try await connection.query("SHOW GLOBAL VARIABLES WHERE Variable_name IN (\(list))").rows
        var variables: [String: String] = [:]
        for row in rows {
            if let name = row[0], let value = row[1] { variables[name.lowercased()] = value.uppercased() }
        }

        func require(_ name: String, _ wanted: String, _ reason: String, _ remedy: String) throws {
            guard let value = variables[name] else { return }
            if value != wanted {
                throw PipelineError(
                    .precondition,
                    "\(host): \(name) is \(value.isEmpty ? "empty" : value), \(reason)",
                    remedy: remedy
                )
            }
        }
        try require(
            "log_bin",
            "ON",
            "so there are no changes to follow",
            "start the server with --log-bin (and --server-id), which is MySQL's default since 8.0"
        )
        try require(
            "binlog_format",
            "ROW",
            "so changes are logged as statements, which cannot be carried over exactly",
            "SET PERSIST binlog_format = 'ROW'   and let clients reconnect"
        )
        try require(
            "gtid_mode",
            "ON",
            "so a position would not survive a change of server",
            "set enforce_gtid_consistency = ON, then step gtid_mode through OFF_PERMISSIVE and ON_PERMISSIVE to ON"
        )
        try require(
            "binlog_row_image",
            "FULL",
            "so rows lack the columns that did not change",
            "SET PERSIST binlog_row_image = 'FULL'   and let clients reconnect"
        )
        try require(
            "binlog_row_metadata",
            "FULL",
            "so the binlog does not say which columns its rows have",
            "SET PERSIST binlog_row_metadata = 'FULL'"
        )
        try require(
            "binlog_row_value_options",
            "",
            "so changes of JSON columns are logged in part only",
            "SET PERSIST binlog_row_value_options = ''"
        )
        try await requirePrivileges()
    }

    private func requirePrivileges() async throws {
        let lines = try await connection.query("SHOW GRANTS").rows.compactMap { $0.first ?? nil }
        var privileges: Set<String> = []
        for line in lines {
            // GRANT SELECT, REPLICATION SLAVE ON *.* TO `user`@`host`: the names behind ON are the user's to choose.
            let words = line.uppercased()
            guard words.hasPrefix("GRANT "), let end = words.range(of: " ON ") else {
                // A role: its privileges do not show here. The server answers for itself when the stream starts.
                return
            }
            for privilege in words[words.index(words.startIndex, offsetBy: 6)..<end.lowerBound].split(separator: ",") {
                // Column lists follow in parentheses.
                let name = privilege.split(separator: "(").first ?? ""
                privileges.insert(name.trimmingCharacters(in: .whitespaces))
            }
        }
        if privileges.contains("ALL PRIVILEGES") { return }
        for privilege in ["REPLICATION SLAVE", "REPLICATION CLIENT"] where !privileges.contains(privilege) {
            throw PipelineError(
                .precondition,
                "\(host): the user `\(endpoint.user)` lacks the privilege \(privilege)",
                remedy: "GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO '\(endpoint.user)'@'…'"
            )
        }
        if !privileges.contains("SELECT") {
            throw PipelineError(
                .precondition,
                "\(host): the user `\(endpoint.user)` may not read any table (privilege SELECT)",
                remedy: "GRANT SELECT ON *.* TO '\(endpoint.user)'@'…'   or on the databases to copy"
            )
        }
    }

    /// All transactions that the server has executed.
    func executedGTIDs() async throws -> GTIDSet {
        try await gtidSet("@@GLOBAL.gtid_executed")
    }

    /// Transactions that the server's binlogs no longer hold.
    func purgedGTIDs() async throws -> GTIDSet {
        try await gtidSet("@@GLOBAL.gtid_purged")
    }

    private func gtidSet(_ expression: String) async throws -> GTIDSet {
        let text = try await connection.query("SELECT \(expression)").rows.first?.first ?? nil
        return try GTIDSet(parsing: text ?? "")
    }

    private var dialect: SQLDialect { SQLDialect(serverVersion: connection.serverVersion) }

    /// All tables of the server but its own.
    func tables() async throws -> InformationSchema.Schema { try await schema(.all) }

    /// The definition of one table, or nil if there is none, or none that can be used.
    func table(_ name: TableName) async throws -> TableDefinition? { try await schema(.table(name)).tables.first }

    private func schema(_ scope: InformationSchema.Scope) async throws -> InformationSchema.Schema {
        let queries = InformationSchema.queries(for: scope, dialect: dialect)
        let tables = try await connection.query(queries.tables).rows
        let columns = try await connection.query(queries.columns).rows
        let keys = try await connection.query(queries.keys).rows
        return try InformationSchema.decode(tables: tables, columns: columns, keys: keys, dialect: dialect)
    }
}
