import ColumnarBytes

/// Reads table definitions from a server's `information_schema`: the SQL to send, and what its answer means.
///
/// Three queries, because one join over these views is slow on MySQL 8. They are not one consistent read: whoever needs
/// certainty reads again and compares. Works with MySQL 5.7 to 9.x and MariaDB 10.3 and later.
///
/// MySQL keeps the members of ENUM and SET there in three-byte UTF-8: a character beyond U+FFFF (an emoji) reads as
/// `?`. Such a member meets no value and no table map, so it is noticed; it is never taken for another.
package enum InformationSchema {
    /// Databases that are the server's own; Leat never replicates them.
    package static let systemDatabases = [
        "information_schema", "mysql", "performance_schema", "sys", "mysql_innodb_cluster_metadata", "ndbinfo",
    ]

    /// Which tables to ask for.
    package enum Scope: Sendable, Hashable {
        /// Every table but the server's own.
        case all
        case database(String)
        case table(TableName)
    }

    /// The three statements, to be sent in this order on one connection.
    package struct Queries: Sendable, Hashable {
        package let tables: String
        package let columns: String
        package let keys: String
    }

    /// A table that exists but whose definition cannot be used.
    package struct Unreadable: Sendable, Hashable {
        package let name: TableName
        /// Cause and remedy, for people.
        package let reason: String
    }

    /// What the answers say.
    package struct Schema: Sendable, Hashable {
        /// By name.
        package var tables: [TableDefinition]
        package var unreadable: [Unreadable]

        /// The table of exactly that name: MariaDB answers for names that differ in case only, too.
        package func table(_ name: TableName) -> TableDefinition? { tables.first { $0.name == name } }
    }

    /// The answer does not have the shape that the query asks for.
    package struct UnexpectedAnswer: Error, Hashable {
        package let reason: String
    }

    package static func queries(for scope: Scope, dialect: SQLDialect) -> Queries {
        let condition: String
        switch scope {
        case .all:
            condition = "TABLE_SCHEMA NOT IN (\(systemDatabases.map(quoted).joined(separator: ", ")))"
        case .database(let database):
            condition = "TABLE_SCHEMA = \(quoted(database))"
        case .table(let name):
            condition = "TABLE_SCHEMA = \(quoted(name.database)) AND TABLE_NAME = \(quoted(name.table))"
        }
        // MariaDB has no EXPRESSION: functional key parts are MySQL 8.0.13's.
        let expression = dialect.server == .mySQL && dialect.version >= 80_013 ? "EXPRESSION" : "NULL"
        return Queries(
            tables: """
                SELECT TABLE_SCHEMA, TABLE_NAME, ENGINE, TABLE_COLLATION FROM information_schema.TABLES \
                WHERE TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED') AND \(condition) \
                ORDER BY TABLE_SCHEMA, TABLE_NAME
                """,
            columns: """
                SELECT TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION, COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, \
                COLUMN_DEFAULT, EXTRA, CHARACTER_SET_NAME, COLLATION_NAME, GENERATION_EXPRESSION FROM information_schema.COLUMNS \
                WHERE \(condition) ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION
                """,
            keys: """
                SELECT TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, COLUMN_NAME, SUB_PART, \(expression) \
                FROM information_schema.STATISTICS WHERE NON_UNIQUE = 0 AND \(condition) \
                ORDER BY TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX
                """
        )
    }

    /// A string literal that reads alike under every `sql_mode`: backslashes only appear in hexadecimal form.
    package static func quoted(_ text: String) -> String {
        if text.utf8.contains(UInt8(ascii: "\\")) {
            return "CONVERT(X'\(text.utf8.hexadecimal)' USING utf8mb4)"
        }
        return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }

    /// Puts the three answers together. Rows are as the client returns them, `nil` for NULL.
    package static func decode(
        tables: [[String?]],
        columns: [[String?]],
        keys: [[String?]],
        dialect: SQLDialect
    ) throws(UnexpectedAnswer) -> Schema {
        var definitions: [TableName: TableDefinition] = [:]
        var unreadable: [TableName: String] = [:]
        for row in tables {
            let name = try tableName(row, columns: 4)
            definitions[name] = TableDefinition(name: name, columns: [], engine: row[2] ?? "", collation: row[3])
        }
        for row in columns {
            let name = try tableName(row, columns: 11)
            // A view, or a table created since the first answer.
            guard let count = definitions[name]?.columns.count else { continue }
            let (position, column) = try column(row, dialect: dialect)
            if position != count + 1, unreadable[name] == nil {
                unreadable[name] =
                    "column \(count + 1) is hidden from this user: grant SELECT on the whole table, not on columns"
            }
            definitions[name]?.columns.append(column)
        }
        for row in keys {
            let name = try tableName(row, columns: 6)
            guard definitions[name] != nil else { continue }
            guard let key = row[2] else { throw UnexpectedAnswer(reason: "a key without a name") }
            if key == "PRIMARY" {
                guard let column = row[3] else { throw UnexpectedAnswer(reason: "a primary key over an expression") }
                definitions[name]?.primaryKey.append(column)
                continue
            }
            let isPartial = row[3] == nil || row[4] != nil || row[5] != nil
            if definitions[name]?.uniqueKeys.last?.name != key {
                definitions[name]?.uniqueKeys.append(UniqueKey(name: key, columns: []))
            }
            if let last = definitions[name]?.uniqueKeys.indices.last {
                if let column = row[3] { definitions[name]?.uniqueKeys[last].columns.append(column) }
                if isPartial { definitions[name]?.uniqueKeys[last].hasPartialParts = true }
            }
        }
        // Dropped between the answers.
        let found = definitions.values.filter { !$0.columns.isEmpty && unreadable[$0.name] == nil }
        return Schema(
            tables: found.sorted { $0.name < $1.name },
            unreadable: unreadable.map { Unreadable(name: $0.key, reason: $0.value) }.sorted { $0.name < $1.name }
        )
    }

    private static func tableName(_ row: [String?], columns: Int) throws(UnexpectedAnswer) -> TableName {
        guard row.count == columns, let database = row[0], let table = row[1] else {
            throw UnexpectedAnswer(reason: "expected \(columns) columns that start with a table's name")
        }
        return TableName(database: database, table: table)
    }

    private static func column(
        _ row: [String?],
        dialect: SQLDialect
    ) throws(UnexpectedAnswer) -> (position: Int, ColumnDefinition) {
        guard let position = row[2].flatMap({ Int($0) }), let name = row[3], let columnType = row[4],
            let nullable = row[5]
        else { throw UnexpectedAnswer(reason: "a column without position, name, type or nullability") }
        let extra = (row[7] ?? "").uppercased()
        let isNullable = nullable.uppercased() == "YES"
        let generation: ColumnGeneration =
            if extra.contains("STORED GENERATED") || extra.contains("PERSISTENT") {
                .stored
            } else if extra.contains("VIRTUAL GENERATED") || extra == "VIRTUAL" {
                .virtual
            } else {
                .none
            }
        var value =
            generation == .none
            ? defaultValue(row[6], extra: extra, isNullable: isNullable, dialect: dialect) : .none
        // Printed with six digits, or with D of them.
        if case .constant(let text) = value, columnType.hasPrefix("float") || columnType.hasPrefix("double("),
            columnType.contains("(") || text.utf8.count > 5
        {
            value = .literal(text)
        }
        let column = ColumnDefinition(
            name: name,
            columnType: columnType,
            isNullable: isNullable,
            defaultValue: value,
            generation: generation,
            generationExpression: generation == .none ? nil : row[10],
            isInvisible: extra.contains("INVISIBLE"),
            isAutoIncrement: extra.contains("AUTO_INCREMENT"),
            charset: row[8],
            collation: row[9]
        )
        return (position, column)
    }

    /// What COLUMN_DEFAULT means. MySQL prints constants bare and marks expressions in EXTRA (from 8.0.13 on; before
    /// only
    /// `CURRENT_TIMESTAMP` was one). MariaDB, from 10.2.7 on, prints what could stand in the DDL: quoted strings,
    /// numbers,
    /// `NULL`, and everything else is an expression.
    static func defaultValue(
        _ text: String?,
        extra: String,
        isNullable: Bool,
        dialect: SQLDialect
    ) -> ColumnDefault {
        guard let text else { return isNullable ? .null : .none }
        switch dialect.server {
        case .mySQL:
            let isExpression =
                extra.contains("DEFAULT_GENERATED")
                || (dialect.version < 80_013 && text.uppercased().hasPrefix("CURRENT_TIMESTAMP"))
            return isExpression ? .expression(text) : .constant(text)
        case .mariaDB:
            if text == "NULL" { return .null }
            var tokenizer = SQLTokenizer(Array(text.utf8), dialect: SQLDialect(server: .mariaDB))
            if let token = try? tokenizer.next(), token.kind == .string, token.range == 0..<text.utf8.count,
                let value = try? tokenizer.value(token)
            {
                return .constant(value)
            }
            return Double(text) != nil || text.hasPrefix("b'") ? .constant(text) : .expression(text)
        }
    }
}
