import Foundation
import LeatConfig
import Logging
import MySQLClient
import MySQLProtocol
import MySQLReplication
import MySQLSchema

/// Checks one MySQL server of a source.
struct MySQLExaminer {
    /// What the comparison with the other servers and with the pipeline's position needs.
    struct Server {
        var subject: String
        var isReachable = false
        var uuid: String?
        var position: HostPosition?

        var purged: GTIDSet? { position?.purged }
        var executed: GTIDSet? { position?.executed }
    }

    let endpoint: MySQLEndpoint
    let source: LeatConfiguration.MySQL
    let logger: Logger

    var subject: String { "MySQL \(endpoint.address)" }

    /// Checks made at each server that can be reached.
    private static let checks = SourceSetting.required.count + SourceSetting.durable.count + 13

    func examine(isOnly: Bool, into diagnosis: inout Diagnosis) async -> Server {
        var server = Server(subject: subject)
        let connection: MySQLConnection
        do {
            connection = try await MySQLConnection.open(to: endpoint, as: .reading, logger: logger)
        } catch {
            diagnosis.add(subject, checks: 1, [unreachable(error, isOnly: isOnly)])
            return server
        }
        server.isReachable = true
        var found: [Finding] = []
        do {
            let variables = try await variables(connection)
            server.uuid = variables["server_uuid"]
            found += version(connection)
            found += settings(variables)
            found += retention(variables)
            found += try await clock(connection)
            found += try await privileges(connection)
            found += try await connections(connection, variables)
            found += try await replica(connection, variables)
            found += try await tables(connection, variables)
            server.position = try await HostPosition.read(connection, timeout: .seconds(30))
        } catch {
            found.append(
                finding(
                    "mysql-unanswered",
                    .blocker,
                    cause: "a check query failed: \(error)",
                    effect: "later checks skipped",
                    remedy: "run leat doctor again; grant SELECT and REPLICATION CLIENT if a privilege is missing"
                )
            )
        }
        await connection.close()
        diagnosis.add(subject, checks: Self.checks, found)
        return server
    }

    func finding(
        _ check: String,
        _ severity: Finding.Severity,
        cause: String,
        effect: String,
        remedy: String
    ) -> Finding {
        Finding(check, severity, subject: subject, cause: cause, effect: effect, remedy: remedy)
    }

    // MARK: Reaching it

    private func unreachable(_ error: any Error, isOnly: Bool) -> Finding {
        let severity: Finding.Severity = isOnly ? .blocker : .warning
        guard let error = error as? MySQLError else {
            return finding(
                "mysql-unreachable",
                severity,
                cause: "\(error)",
                effect: "nothing can be read from it",
                remedy: "check hosts: in leat.yaml"
            )
        }
        switch error.code {
        case .authentication:
            return finding(
                "mysql-password",
                .blocker,
                cause: "\(error.message)",
                effect: "nothing can be read from it",
                remedy: "check user: and password: of the source in leat.yaml"
            )
        case .tls:
            return finding(
                "mysql-tls",
                .blocker,
                cause: "\(error.message)",
                effect: "no connection as safe as tls: demands",
                remedy: "set tls: of the source in leat.yaml, or give the server a certificate that this machine trusts"
            )
        default:
            return finding(
                "mysql-unreachable",
                severity,
                cause: "\(error.message)",
                effect: isOnly ? "nothing can be read" : "no other server takes over if the one in use fails",
                remedy: "check that it runs, that hosts: in leat.yaml names it, and that no firewall is between"
            )
        }
    }

    private func version(_ connection: MySQLConnection) -> [Finding] {
        let dialect = SQLDialect(serverVersion: connection.serverVersion)
        if dialect.server == .mariaDB {
            return [
                finding(
                    "mysql-version",
                    .blocker,
                    cause: "it is MariaDB (\(connection.serverVersion)), whose GTIDs are of another kind",
                    effect: "its binlog cannot be followed",
                    remedy: "follow a MySQL 8.0 or later"
                )
            ]
        }
        guard dialect.version < 80_000 else { return [] }
        return [
            finding(
                "mysql-version",
                .blocker,
                cause: "it is MySQL \(connection.serverVersion)",
                effect: "its binlog lacks what later ones say about columns",
                remedy: "upgrade to MySQL 8.0 or later"
            )
        ]
    }

    // MARK: Settings

    private func variables(_ connection: MySQLConnection) async throws -> [String: String] {
        let names =
            (SourceSetting.required + SourceSetting.durable).map(\.name) + [
                "binlog_expire_logs_seconds", "server_uuid", "log_replica_updates", "max_connections",
                "innodb_native_foreign_keys", "system_time_zone", "time_zone",
            ]
        let list = names.map { "'\($0)'" }.joined(separator: ", ")
        var found: [String: String] = [:]
        for row in try await connection.query("SHOW GLOBAL VARIABLES WHERE Variable_name IN (\(list))").rows {
            if let name = row.first ?? nil, let value = row.last ?? nil { found[name.lowercased()] = value }
        }
        return found
    }

    private func settings(_ variables: [String: String]) -> [Finding] {
        func findings(_ settings: [SourceSetting], _ severity: Finding.Severity) -> [Finding] {
            settings.compactMap { setting in
                guard let value = setting.deviation(in: variables) else { return nil }
                return finding(
                    "mysql-" + setting.name.replacing("_", with: "-"),
                    severity,
                    cause: "\(setting.name) is \(value)",
                    effect: setting.effect,
                    remedy: setting.remedy
                )
            }
        }
        return findings(SourceSetting.required, .blocker) + findings(SourceSetting.durable, .note)
    }

    /// Binlogs must outlive the longest time that Leat may be away.
    private func retention(_ variables: [String: String]) -> [Finding] {
        guard let seconds = variables["binlog_expire_logs_seconds"].flatMap({ Int($0) }), seconds > 0, seconds < 86_400
        else { return [] }
        return [
            finding(
                "mysql-binlog-retention",
                .warning,
                cause: "binlogs are kept for \(seconds / 3600) h \(seconds % 3600 / 60) min only",
                effect: "a pipeline that is away for longer must copy every table again",
                remedy: "SET PERSIST binlog_expire_logs_seconds = 604800"
            )
        ]
    }

    private func clock(_ connection: MySQLConnection) async throws -> [Finding] {
        let before = Date().timeIntervalSince1970
        let answer = try await connection.query("SELECT UNIX_TIMESTAMP(NOW(6))").rows.first?.first ?? nil
        let after = Date().timeIntervalSince1970
        guard let theirs = answer.flatMap({ Double($0) }) else { return [] }
        return ClockSkew(theirs: theirs, before: before, after: after).map { [behindTime($0)] } ?? []
    }

    func behindTime(_ skew: ClockSkew) -> Finding {
        finding(
            "mysql-clock",
            .warning,
            cause: skew.cause,
            effect: "the lag that Leat reports is wrong by that much",
            remedy: ClockSkew.remedy
        )
    }

    private func connections(_ connection: MySQLConnection, _ variables: [String: String]) async throws -> [Finding] {
        let row = try await connection.query("SHOW GLOBAL STATUS LIKE 'Threads_connected'").rows.first
        guard let used = (row?.last ?? nil).flatMap({ Int($0) }),
            let limit = variables["max_connections"].flatMap({ Int($0) })
        else { return [] }
        // The stream, the monitor, the planner, and one for each reader of a copy.
        let needed = source.snapshot.connections + 3
        guard used + needed > limit else { return [] }
        return [
            finding(
                "mysql-connections",
                .warning,
                cause: "\(used) of \(limit) connections are in use, and a copy needs \(needed)",
                effect: "copies and reconnects will be refused (error 1040)",
                remedy: "SET PERSIST max_connections = \(limit + 50), or lower snapshot: connections: in leat.yaml"
            )
        ]
    }
}
