import Foundation
import LeatState
import Logging
import MySQLClient
import MySQLProtocol
import MySQLSchema
import PipelineCore
import Warehouse

/// Asks a MySQL server what the pipeline must know of it: whether it can be followed at all, where its binlog is, what
/// its tables look like.
struct SourceInspector: Sendable {
    let connection: MySQLConnection
    let endpoint: MySQLEndpoint

    init(endpoint: MySQLEndpoint, logger: Logger) async throws {
        self.endpoint = endpoint
        connection = try await MySQLConnection.open(to: endpoint, as: .reading, logger: logger)
    }

    func close() async { await connection.close() }

    private var host: String { "\(endpoint.host):\(endpoint.port)" }

    /// Fails on the first setting or privilege without which the binlog cannot be followed exactly.
    func requireFollowable() async throws {
        let list = SourceSetting.required.map { "'\($0.name)'" }.joined(separator: ", ")
        let rows = try await connection.query("SHOW GLOBAL VARIABLES WHERE Variable_name IN (\(list))").rows
        var variables: [String: String] = [:]
        for row in rows {
            if let name = row[0], let value = row[1] { variables[name.lowercased()] = value }
        }
        for setting in SourceSetting.required {
            guard let value = setting.deviation(in: variables) else { continue }
            throw PipelineError(
                .precondition,
                "\(host): \(setting.name) is \(value), so \(setting.effect)",
                remedy: setting.remedy
            )
        }
        try await requirePrivileges()
    }

    private func requirePrivileges() async throws {
        let grants = try await connection.query("SHOW GRANTS").rows.compactMap { $0.first ?? nil }
        guard let missing = SourcePrivileges.missing(in: grants).first else { return }
        throw missing == "SELECT"
            ? PipelineError(
                .precondition,
                "\(host): the user `\(endpoint.user)` may not read any table (privilege SELECT)",
                remedy: "GRANT SELECT ON *.* TO '\(endpoint.user)'@'…'   or on the databases to copy"
            )
            : PipelineError(
                .precondition,
                "\(host): the user `\(endpoint.user)` lacks the privilege \(missing)",
                remedy: "GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO '\(endpoint.user)'@'…'"
            )
    }

    /// The server's UUID, as text.
    func serverUUID() async throws -> String {
        guard let uuid = try await connection.query("SELECT @@GLOBAL.server_uuid").scalar else {
            throw MySQLError(.protocolViolation, "\(endpoint.address) does not say who it is")
        }
        return uuid
    }

    /// All transactions that the server has executed.
    func executedGTIDs() async throws -> GTIDSet {
        try await gtidSet("@@GLOBAL.gtid_executed")
    }

    /// What the server has of the history, and where it gets more of it from.
    func position() async throws -> HostPosition {
        try await HostPosition.read(connection, timeout: Self.answerTimeout)
    }

    private static let answerTimeout = Duration.seconds(30)

    private func gtidSet(_ expression: String) async throws -> GTIDSet {
        let text = try await connection.query("SELECT \(expression)").rows.first?.first ?? nil
        return try GTIDSet(parsing: text ?? "")
    }

    /// How far the server is, and what its binlogs no longer hold.
    func sighting(timeout: Duration) async throws -> (executed: GTIDSet, purged: GTIDSet) {
        let answer = try await connection.query("SELECT @@GLOBAL.gtid_executed, @@GLOBAL.gtid_purged", timeout: timeout)
        let row = answer.rows.first ?? []
        func set(_ index: Int) throws -> GTIDSet { try GTIDSet(parsing: row.count > index ? row[index] ?? "" : "") }
        return (try set(0), try set(1))
    }

    /// How the server compares names of databases and tables: 0 as they are written, 1 and 2 in small letters.
    func lowerCaseTableNames() async throws -> Int {
        let text = try await connection.query("SELECT @@GLOBAL.lower_case_table_names").scalar
        guard let value = text.flatMap({ Int($0) }) else {
            throw MySQLError(.protocolViolation, "\(host) does not say how it compares names")
        }
        return value
    }

    /// XA transactions that are prepared and not decided, which no `SELECT` shows although `gtid_executed` has them;
    /// nil where the account may not ask (XA_RECOVER_ADMIN).
    func preparedTransactions() async throws -> [XATransaction]? {
        do {
            return try await connection.query("XA RECOVER CONVERT XID").rows.compactMap { XATransaction($0) }
        } catch let error as MySQLError where error.server?.errno == 1401 || error.server?.errno == 1227 {
            return nil
        }
    }

    /// For how many seconds the server keeps its binlogs; nil if it does not purge them by itself.
    func binlogRetention(timeout: Duration) async throws -> Double? {
        let answer = try await connection.query(
            "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('binlog_expire_logs_seconds', 'binlog_expire_logs_auto_purge')",
            timeout: timeout
        )
        var values: [String: String] = [:]
        for row in answer.rows where row.count > 1 { values[(row[0] ?? "").lowercased()] = row[1] }
        guard values["binlog_expire_logs_auto_purge"]?.uppercased() != "OFF",
            let seconds = values["binlog_expire_logs_seconds"].flatMap({ Double($0) }), seconds > 0
        else { return nil }
        return seconds
    }

    /// About how many rows a table has, as the server's statistics say.
    func estimatedRows(of name: TableName) async throws -> UInt64? {
        let answer = try await connection.query(
            """
            SELECT table_rows FROM information_schema.tables \
            WHERE table_schema = \(InformationSchema.quoted(name.database)) AND table_name = \(InformationSchema.quoted(name.table))
            """
        )
        return answer.scalar.flatMap { UInt64($0) }
    }

    /// The default character set of a database; nil if there is none of that name.
    func charset(ofDatabase database: String) async throws -> String? {
        try await connection.query(
            """
            SELECT default_character_set_name FROM information_schema.schemata \
            WHERE schema_name = \(InformationSchema.quoted(database))
            """
        ).scalar
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
