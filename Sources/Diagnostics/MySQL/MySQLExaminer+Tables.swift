import LeatConfig
import MySQLClient
import MySQLReplication
import MySQLSchema

extension MySQLExaminer {
    /// Tables that cannot be followed, and those of which some changes do not show in the binlog.
    func tables(_ connection: MySQLConnection, _ variables: [String: String]) async throws -> [Finding] {
        let dialect = SQLDialect(serverVersion: connection.serverVersion)
        let queries = InformationSchema.queries(for: .all, dialect: dialect)
        let schema = try InformationSchema.decode(
            tables: try await connection.query(queries.tables).rows,
            columns: try await connection.query(queries.columns).rows,
            keys: try await connection.query(queries.keys).rows,
            dialect: dialect
        )
        let wanted = schema.tables.filter { source.tables.matches(database: $0.name.database, table: $0.name.table) }
        let unreadable = schema.unreadable.filter {
            source.tables.matches(database: $0.name.database, table: $0.name.table)
        }
        guard !wanted.isEmpty || !unreadable.isEmpty else {
            return [
                finding(
                    "mysql-no-tables",
                    .warning,
                    cause: "tables: matches none of its \(schema.tables.count) tables",
                    effect: "nothing is followed until one is created",
                    remedy: "check tables: of the source, and that the user may read them"
                )
            ]
        }
        var found = unreadable.map { table in
            finding(
                "mysql-table-unreadable",
                .warning,
                cause: "table \(table.name): \(table.reason)",
                effect: "the table is quarantined",
                remedy: "GRANT SELECT on it to the user in leat.yaml, or leave it out: tables: [\"!\(table.name)\"]"
            )
        }
        let rights = try await SourceRights.read(connection)
        for name in wanted.map(\.name) {
            guard let refusal = rights.refusal(of: name) else { continue }
            found.append(
                finding(
                    "mysql-table-rights",
                    .warning,
                    cause: "table \(name): \(refusal.cause)",
                    effect: "the table is quarantined; the others are followed",
                    remedy: refusal.remedy
                )
            )
        }
        for definition in wanted {
            guard let refusal = FollowableTable.refusal(of: definition) else {
                if definition.keyColumns?.isEmpty ?? true { found.append(lacksKey(definition.name)) }
                continue
            }
            found.append(
                finding(
                    "mysql-table-refused",
                    .warning,
                    cause: "table \(definition.name): \(refusal.cause)",
                    effect: "the table is quarantined; the others are followed",
                    remedy: refusal.remedy
                )
            )
        }
        found += try await cascades(connection, dialect, variables)
        return found
    }

    private func lacksKey(_ table: TableName) -> Finding {
        finding(
            "mysql-table-key",
            .note,
            cause: "table \(table): it has neither a primary key nor a UNIQUE key without nullable columns",
            effect:
                "it is carried as a multiset: copied in one statement, which cannot be resumed, compared as a whole, "
                + "and each change adds to the raw table until it is copied again",
            remedy: "add a primary key, invisible or not; or nothing"
        )
    }

    /// Before MySQL 9.6, and later with `innodb_native_foreign_keys`, InnoDB changes the rows of child tables by
    /// itself: no rows event says so.
    ///
    /// Source: https://dev.mysql.com/doc/refman/9.6/en/create-table-foreign-keys.html
    private func cascades(
        _ connection: MySQLConnection,
        _ dialect: SQLDialect,
        _ variables: [String: String]
    ) async throws -> [Finding] {
        let isNative = variables["innodb_native_foreign_keys"]?.uppercased() == "ON"
        guard dialect.version < 90_600 || isNative else { return [] }
        let rows = try await connection.query(
            """
            SELECT CONSTRAINT_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, DELETE_RULE, UPDATE_RULE
            FROM information_schema.REFERENTIAL_CONSTRAINTS
            WHERE DELETE_RULE NOT IN ('RESTRICT', 'NO ACTION') OR UPDATE_RULE NOT IN ('RESTRICT', 'NO ACTION')
            ORDER BY 1, 2, 3
            """
        ).rows.map { $0.map { $0 ?? "" } }
        return rows.filter { source.tables.matches(database: $0[0], table: $0[1]) }.map { row in
            finding(
                "mysql-unlogged-cascade",
                .warning,
                cause:
                    "table \(row[0]).\(row[1]): its foreign key `\(row[2])` is ON DELETE \(row[3]) ON UPDATE \(row[4]), "
                    + "and this server does not log what that changes",
                effect:
                    "rows that a cascade changes or deletes stay as they were in ClickHouse, until leat verify finds them",
                remedy: isNative
                    ? "start the server with --innodb-native-foreign-keys=OFF"
                    : "upgrade to MySQL 9.6 or later, or do without the cascade"
            )
        }
    }
}
