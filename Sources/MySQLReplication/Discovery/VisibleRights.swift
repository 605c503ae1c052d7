import MySQLSchema

/// What an account may read, as the lines of `SHOW GRANTS` say: so that what it must not see is distinguished from what
/// is not there. Pure.
///
/// https://dev.mysql.com/doc/refman/9.4/en/show-grants.html
package struct VisibleRights: Sendable, Equatable {
    /// What may be read of a table.
    package enum Extent: Sendable, Equatable {
        case all
        /// These columns alone.
        case columns(Set<String>)
        case none
    }

    /// `SELECT` on everything.
    private var isGlobal = false
    /// Databases that partial revokes take out of it.
    private var revoked: Set<String> = []
    /// Patterns of databases.
    private var databases: [String] = []
    private var tables: Set<TableName> = []
    private var columns: [TableName: Set<String>] = [:]
    /// Roles that the account has been granted, as the server writes them.
    package private(set) var roles: [String] = []
    /// Whether `%` and `_` in names of databases mean themselves (`partial_revokes`).
    private let isLiteral: Bool

    /// - Parameters:
    ///   - grants: the lines of `SHOW GRANTS`, with `USING` the roles that are active.
    ///   - hasPartialRevokes: the server's variable `partial_revokes`.
    package init(grants: [String], hasPartialRevokes: Bool = false) {
        isLiteral = hasPartialRevokes
        for line in grants { read(line) }
    }

    package func extent(of table: TableName) -> Extent {
        if isGlobal, !revoked.contains(table.database) { return .all }
        if databases.contains(where: { matches($0, table.database) }) || tables.contains(table) { return .all }
        return columns[table].map { .columns($0) } ?? .none
    }

    private mutating func read(_ line: String) {
        var scanner = GrantScanner(line)
        let isRevoke = scanner.take("REVOKE")
        guard isRevoke || scanner.take("GRANT") else { return }
        var privileges: [(name: String, columns: [String])] = []
        while !scanner.isAtEnd, !scanner.peeks("ON"), !scanner.peeks("TO") {
            if let name = scanner.quotedName() {
                // GRANT `role`@`%`,`other`@`%` TO …
                let host = scanner.take("@") ? scanner.quotedName() ?? "%" : "%"
                roles.append("\(TableName.quote(name))@\(TableName.quote(host))")
            } else {
                privileges.append((scanner.words(), scanner.take("(") ? scanner.names(upTo: ")") : []))
            }
            if !scanner.take(",") { break }
        }
        guard scanner.take("ON") else { return }
        if scanner.take("PROCEDURE") || scanner.take("FUNCTION") || scanner.take("LIBRARY") { return }
        _ = scanner.take("TABLE")
        let database = scanner.take("*") ? nil : scanner.quotedName()
        guard scanner.take(".") else { return }
        let table = scanner.take("*") ? nil : scanner.quotedName()
        for privilege in privileges where ["SELECT", "ALL PRIVILEGES", "ALL"].contains(privilege.name) {
            grant(privilege.columns, database, table, isRevoke: isRevoke)
        }
    }

    private mutating func grant(_ names: [String], _ database: String?, _ table: String?, isRevoke: Bool) {
        guard let database else {
            isGlobal = !isRevoke
            return
        }
        if isRevoke {
            revoked.insert(database)
        } else if let table {
            let name = TableName(database: database, table: table)
            if names.isEmpty { tables.insert(name) } else { columns[name, default: []].formUnion(names) }
        } else {
            databases.append(database)
        }
    }

    /// Whether a database's name is one of those that the pattern of a grant means.
    private func matches(_ pattern: String, _ name: String) -> Bool {
        if isLiteral { return pattern == name }
        return Self.matches(Array(pattern)[...], Array(name)[...])
    }

    private static func matches(_ pattern: ArraySlice<Character>, _ name: ArraySlice<Character>) -> Bool {
        guard let first = pattern.first else { return name.isEmpty }
        switch first {
        case "%":
            return (name.startIndex...name.endIndex).contains { matches(pattern.dropFirst(), name[$0...]) }
        case "_":
            return !name.isEmpty && matches(pattern.dropFirst(), name.dropFirst())
        case "\\":
            guard let literal = pattern.dropFirst().first else { return name.elementsEqual(["\\"]) }
            return name.first == literal && matches(pattern.dropFirst(2), name.dropFirst())
        default:
            return name.first == first && matches(pattern.dropFirst(), name.dropFirst())
        }
    }
}
