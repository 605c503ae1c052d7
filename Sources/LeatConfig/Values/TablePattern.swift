/// `database.table` where `*` stands for any characters and `?` for one. Names with a dot stand in backticks.
package struct TablePattern: Sendable, Hashable, CustomStringConvertible {
    package let database: String
    package let table: String
    /// The pattern starts with `!`: what it matches is not followed.
    package let isExclusion: Bool

    package init?(_ text: String) {
        isExclusion = text.hasPrefix("!")
        var parts = [""]
        var isQuoted = false
        for character in isExclusion ? text.dropFirst() : text[...] {
            if character == "`" {
                isQuoted.toggle()
            } else if character == ".", !isQuoted {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
        }
        guard !isQuoted, parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        database = parts[0]
        table = parts[1]
    }

    package var description: String {
        func part(_ text: String) -> String { text.contains(".") ? "`\(text)`" : text }
        return "\(isExclusion ? "!" : "")\(part(database)).\(part(table))"
    }

    /// One table's name as it stands in states, metrics and reports: `TableName.description` of MySQLSchema, which this
    /// target does not see.
    var tableName: String {
        func quoted(_ text: String) -> String { "`" + text.replacing("`", with: "``") + "`" }
        let first = database.contains { $0 == "." || $0 == "`" } ? quoted(database) : database
        return "\(first).\(table.hasPrefix("`") ? quoted(table) : table)"
    }

    /// Whether the database part names one database rather than many.
    package var namesOneDatabase: Bool { !Self.hasWildcard(database) }

    /// Whether the pattern names one table.
    package var namesOneTable: Bool { namesOneDatabase && !Self.hasWildcard(table) }

    static func hasWildcard(_ text: String) -> Bool { text.contains("*") || text.contains("?") }

    package func matches(database: String, table: String) -> Bool {
        Self.matches(database, self.database) && Self.matches(table, self.table)
    }

    /// Glob matching in at most |text| · |pattern| steps: on a mismatch only the last `*` takes one more character.
    static func matches(_ text: String, _ pattern: String) -> Bool {
        let text = Array(text.unicodeScalars)
        let pattern = Array(pattern.unicodeScalars)
        var (t, p) = (0, 0)
        var star: (pattern: Int, text: Int)?
        while t < text.count {
            if p < pattern.count, pattern[p] == "*" {
                star = (p, t)
                p += 1
            } else if p < pattern.count, pattern[p] == "?" || pattern[p] == text[t] {
                t += 1
                p += 1
            } else if let last = star {
                t = last.text + 1
                p = last.pattern + 1
                star = (last.pattern, t)
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == "*" }
    }
}
