import Foundation
import MySQLClient
import MySQLSchema

extension SourceInspector {
    /// What the account may read, to be held against each table that is, or should be, followed.
    func rights() async throws -> SourceRights { try await SourceRights.read(connection) }
}

extension SourceRights {
    /// Asks a server for the rights of the session's account.
    package static func read(_ connection: MySQLConnection) async throws -> SourceRights {
        let identity = try await connection.query("SELECT CURRENT_USER(), CURRENT_ROLE()")
        let row = identity.rows.first ?? []
        let user = (row.first ?? nil) ?? ""
        let roles = row.count > 1 ? row[1] ?? "NONE" : "NONE"
        // Not every version has it.
        let variable = try await connection.query("SHOW GLOBAL VARIABLES LIKE 'partial_revokes'")
        let hasPartialRevokes = variable.rows.first?.last == "ON"
        func grants(using roles: String) async throws -> VisibleRights {
            let using = roles.isEmpty || roles == "NONE" ? "" : " FOR CURRENT_USER() USING \(roles)"
            let lines = try await connection.query("SHOW GRANTS\(using)").rows.compactMap { $0.first ?? nil }
            return VisibleRights(grants: lines, hasPartialRevokes: hasPartialRevokes)
        }
        let active = try await grants(using: roles)
        let all = active.roles.isEmpty ? active : try await grants(using: active.roles.joined(separator: ", "))
        let at = user.lastIndex(of: "@") ?? user.endIndex
        let account = "'\(user[..<at])'@'\(user[at...].dropFirst())'"
        return SourceRights(active: active, withAllRoles: all, account: account)
    }
}
