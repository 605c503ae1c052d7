/// A column of the shop, and how its text in a rendered row becomes its value.
package struct ShopColumn: Sendable, Hashable {
    /// How `LOAD DATA` takes the field.
    package enum Binding: Sendable, Hashable {
        /// As it is.
        case direct
        /// Hexadecimal digits.
        case hexadecimal
        /// A decimal number for a `BIT` column, which `LOAD DATA` cannot take directly.
        case bits
    }

    package let name: String
    /// Type and attributes as in `CREATE TABLE`.
    package let definition: String
    package let binding: Binding

    init(_ name: String, _ definition: String, _ binding: Binding = .direct) {
        self.name = name
        self.definition = definition
        self.binding = binding
    }

    /// Whether the column takes NULL.
    package var isNullable: Bool { !definition.contains("NOT NULL") }
}

/// A table of the shop: its columns, keys and the statements that create and fill it.
package struct ShopTableDefinition: Sendable {
    package let table: ShopTable
    package let columns: [ShopColumn]
    /// The primary key's columns, in order.
    package let primaryKey: [String]
    /// Other indexes, as in `CREATE TABLE`.
    let indexes: [String]

    init(_ table: ShopTable, primaryKey: [String], indexes: [String] = [], columns: [ShopColumn]) {
        self.table = table
        self.columns = columns
        self.primaryKey = primaryKey
        self.indexes = indexes
    }

    /// The table's name in MySQL.
    package var name: String { table.name }

    /// `CREATE TABLE IF NOT EXISTS` in the session's database.
    ///
    /// - Parameter provenance: kept as the table's comment, so that a later run knows which shop this is.
    package func createStatement(provenance: ShopProvenance? = nil) -> String {
        var lines = columns.map { "    `\($0.name)` \($0.definition)" }
        lines.append("    PRIMARY KEY (\(primaryKey.map { "`\($0)`" }.joined(separator: ", ")))")
        lines += indexes.map { "    \($0)" }
        let comment = provenance.map { " COMMENT='\($0.comment)'" } ?? ""
        return """
            CREATE TABLE IF NOT EXISTS `\(name)` (
            \(lines.joined(separator: ",\n"))
            ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci\(comment)
            """
    }

    /// `CREATE TABLE IF NOT EXISTS` without a comment.
    package var createStatement: String { createStatement(provenance: nil) }

    /// The `LOAD DATA LOCAL INFILE` that takes rendered rows.
    package var loadStatement: String {
        let fields = columns.map { $0.binding == .direct ? "`\($0.name)`" : "@\($0.name)" }
        let conversions = columns.compactMap { column -> String? in
            switch column.binding {
            case .direct: nil
            case .hexadecimal: "`\(column.name)` = UNHEX(@\(column.name))"
            case .bits: "`\(column.name)` = CAST(@\(column.name) AS UNSIGNED)"
            }
        }
        let set = conversions.isEmpty ? "" : " SET \(conversions.joined(separator: ", "))"
        return "LOAD DATA LOCAL INFILE '\(name)' INTO TABLE `\(name)` CHARACTER SET utf8mb4"
            + " (\(fields.joined(separator: ", ")))\(set)"
    }

    /// `INSERT INTO … VALUES `, to be followed by rows of literals.
    package var insertPrefix: String {
        "INSERT INTO `\(name)` (\(columns.map { "`\($0.name)`" }.joined(separator: ", "))) VALUES "
    }
}
