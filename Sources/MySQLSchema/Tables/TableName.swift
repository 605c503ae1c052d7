/// A table of a MySQL server: database and table, exactly as the server spells them.
///
/// Names are compared byte for byte in their case: with `lower_case_table_names=1` they are ``folded(_:)`` before.
public struct TableName: Hashable, Sendable, Comparable, CustomStringConvertible {
    public var database: String
    public var table: String

    public init(database: String, table: String) {
        self.database = database
        self.table = table
    }

    /// `database.table` as Leat stores it; nil without a dot. The first one divides: MySQL allows dots in names, Leat's lists
    /// do not.
    public init?(parsing text: String) {
        guard let dot = text.firstIndex(of: ".") else { return nil }
        self.init(database: String(text[..<dot]), table: String(text[text.index(after: dot)...]))
    }

    /// A database's or table's name as a server with `lower_case_table_names=1` stores it: each character in lower case by
    /// itself (a dotted capital I as `i`).
    public static func folded(_ name: String) -> String {
        var folded = String.UnicodeScalarView()
        for scalar in name.unicodeScalars {
            folded.append(scalar.properties.lowercaseMapping.unicodeScalars.first ?? scalar)
        }
        return String(folded)
    }

    /// `shop.orders`, as Leat prints and configures it.
    public var description: String { "\(database).\(table)" }

    /// `` `shop`.`orders` ``, as MySQL wants it in a statement whatever the names contain.
    public var quoted: String { "\(Self.quote(database)).\(Self.quote(table))" }

    /// An identifier in backticks, inner backticks doubled.
    public static func quote(_ identifier: String) -> String {
        var quoted = "`"
        for scalar in identifier.unicodeScalars {
            if scalar == "`" { quoted.unicodeScalars.append("`") }
            quoted.unicodeScalars.append(scalar)
        }
        quoted.append("`")
        return quoted
    }

    public static func < (left: TableName, right: TableName) -> Bool {
        left.database == right.database ? left.table < right.table : left.database < right.database
    }
}
