/// Which tables a source follows: those that a pattern matches and no exclusion does, whatever their order. The
/// server's own databases never match.
package struct TableFilter: Sendable, Hashable {
    package let patterns: [TablePattern]

    package init(_ patterns: [TablePattern]) { self.patterns = patterns }

    /// Every table but the server's own.
    package static let all = TableFilter([TablePattern("*.*")].compactMap { $0 })

    /// MySQL's and MariaDB's own, and those that their clusters keep.
    package static let systemDatabases: Set<String> = [
        "information_schema", "mysql", "performance_schema", "sys", "mysql_innodb_cluster_metadata", "ndbinfo",
    ]

    package func matches(database: String, table: String) -> Bool {
        guard !Self.systemDatabases.contains(database.lowercased()) else { return false }
        var isIncluded = false
        for pattern in patterns where pattern.matches(database: database, table: table) {
            if pattern.isExclusion { return false }
            isIncluded = true
        }
        return isIncluded
    }
}
