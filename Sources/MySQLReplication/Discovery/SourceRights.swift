import MySQLSchema

/// An account's rights at a source, and what to say of a table for which they do not do.
package struct SourceRights: Sendable {
    /// With the roles that are active in the pipeline's sessions.
    package var active: VisibleRights
    /// With all roles that the account has been granted.
    package var withAllRoles: VisibleRights
    /// As the server knows it, e.g. `'leat'@'%'`.
    package var account: String

    package init(active: VisibleRights, withAllRoles: VisibleRights, account: String) {
        self.active = active
        self.withAllRoles = withAllRoles
        self.account = account
    }

    /// Why a table must not be followed; nil where the account may read all of it.
    package func refusal(of table: TableName) -> (cause: String, remedy: String)? {
        let extent = active.extent(of: table)
        if extent == .all { return nil }
        let grant = "GRANT SELECT ON \(table.quoted) TO \(account)   then leat tables resync \(table)"
        // A role that no session has gives no rights.
        let remedy =
            withAllRoles.extent(of: table) == .all
            ? "SET DEFAULT ROLE ALL TO \(account)   then leat tables resync \(table)" : grant
        switch extent {
        case .columns(let names):
            let list = names.sorted().map(TableName.quote).joined(separator: ", ")
            return (
                cause: "\(account) may read only some of its columns (SELECT on \(list))",
                remedy: remedy
            )
        default:
            return (cause: "\(account) may not read it (no SELECT on it)", remedy: remedy)
        }
    }
}
