/// A table of a MySQL server: database and table, exactly as the server spells them.
///
/// Names are compared byte for byte in their case: with `lower_case_table_names=1` they are ``folded(_:)`` before.
package struct TableName: Hashable, Sendable, Comparable, CustomStringConvertible {
    package var database: String
    package var table: String

    package init(database: String, table: String) {
        self.database = database
        self.table = table
    }

    /// Reads what ``description`` writes; nil without a dot that divides.
    ///
    /// A part in backticks may hold anything, backticks doubled; otherwise the first dot divides, so that tables with
    /// dots need no backticks. A name that an earlier version stored is read as that version did.
    package init?(parsing text: String) {
        if let (database, rest) = Self.quotedPart(of: text[...]), rest.first == "." {
            self.init(database: database, table: Self.whole(rest.dropFirst()))
            return
        }
        guard let dot = text.firstIndex(of: ".") else { return nil }
        self.init(database: String(text[..<dot]), table: Self.whole(text[text.index(after: dot)...]))
    }

    /// A database's or table's name as a server with `lower_case_table_names=1` stores it: each character in lower case
    /// by itself (a dotted capital I as `i`).
    package static func folded(_ name: String) -> String {
        var folded = String.UnicodeScalarView()
        for scalar in name.unicodeScalars {
            folded.append(scalar.properties.lowercaseMapping.unicodeScalars.first ?? scalar)
        }
        return String(folded)
    }

    /// `shop.orders`, as Leat prints and stores it: unambiguous. Backticks stand around a database with a dot or a
    /// backtick in its name, and around a table whose name begins with one.
    package var description: String {
        let first = database.contains { $0 == "." || $0 == "`" } ? Self.quote(database) : database
        return "\(first).\(table.hasPrefix("`") ? Self.quote(table) : table)"
    }

    /// The identifier in backticks that a text begins with, and what follows; nil if it begins with none.
    private static func quotedPart(of text: Substring) -> (name: String, rest: Substring)? {
        guard text.first == "`" else { return nil }
        var name = ""
        var rest = text.dropFirst()
        while let character = rest.popFirst() {
            guard character == "`" else {
                name.append(character)
                continue
            }
            guard rest.first == "`" else { return name.isEmpty ? nil : (name, rest) }
            name.append(character)
            rest.removeFirst()
        }
        return nil
    }

    /// A table's name, with or without backticks around it.
    private static func whole(_ text: Substring) -> String {
        if let (name, rest) = quotedPart(of: text), rest.isEmpty { return name }
        return String(text)
    }

    /// `` `shop`.`orders` ``, as MySQL wants it in a statement whatever the names contain.
    package var quoted: String { "\(Self.quote(database)).\(Self.quote(table))" }

    /// An identifier in backticks, inner backticks doubled.
    package static func quote(_ identifier: String) -> String {
        var quoted = "`"
        for scalar in identifier.unicodeScalars {
            if scalar == "`" { quoted.unicodeScalars.append("`") }
            quoted.unicodeScalars.append(scalar)
        }
        quoted.append("`")
        return quoted
    }

    package static func < (left: TableName, right: TableName) -> Bool {
        left.database == right.database ? left.table < right.table : left.database < right.database
    }
}
