/// A source table: its columns in the source's order and its keys.
package struct TableDefinition: Hashable, Sendable {
    package var name: TableName
    package var columns: [ColumnDefinition]
    /// The primary key's columns in key order; empty without one.
    package var primaryKey: [String]
    package var uniqueKeys: [UniqueKey]
    /// The storage engine, as the server spells it (`InnoDB`); empty if unknown.
    package var engine: String
    /// The table's default character set, which columns get that are defined without one; `nil` if unknown.
    package var charset: String?
    /// The table's default collation (`utf8mb4_0900_ai_ci`); `nil` if unknown.
    package var collation: String?

    package init(
        name: TableName,
        columns: [ColumnDefinition],
        primaryKey: [String] = [],
        uniqueKeys: [UniqueKey] = [],
        engine: String = "InnoDB",
        charset: String? = nil,
        collation: String? = nil
    ) {
        self.name = name
        self.columns = columns
        self.primaryKey = primaryKey
        self.uniqueKeys = uniqueKeys
        self.engine = engine
        self.charset = charset ?? collation.map(CharsetName.ofCollation)
        self.collation = collation
    }

    /// The column of that name. MySQL compares column names without regard to case.
    package func column(named name: String) -> ColumnDefinition? {
        columns.first { $0.name == name } ?? columns.first { Self.sameIdentifier($0.name, name) }
    }

    /// The columns that identify a row: the primary key, else the first UNIQUE key in the order of the keys' names
    /// (without regard to case) whose columns are all NOT NULL and covered whole; `nil` without one.
    package var keyColumns: [String]? {
        if !primaryKey.isEmpty { return primaryKey }
        let usable = uniqueKeys.filter { key in
            !key.hasPartialParts && !key.columns.isEmpty
                && key.columns.allSatisfy { part in column(named: part).map { !$0.isNullable } ?? false }
        }
        return usable.min { left, right in
            let names = (left.name ?? "", right.name ?? "")
            let folded = (names.0.lowercased(), names.1.lowercased())
            return folded.0 == folded.1 ? names.0 < names.1 : folded.0 < folded.1
        }?.columns
    }

    static func sameIdentifier(_ left: String, _ right: String) -> Bool {
        left == right || left.lowercased() == right.lowercased()
    }
}
