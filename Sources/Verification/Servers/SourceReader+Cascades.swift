import MySQLClient
import MySQLProtocol
import MySQLSchema

/// A foreign key of one column through which the source changes rows without logging it.
struct Cascade: Sendable, Hashable {
    var column: String
    var parent: TableName
    var parentColumn: String
    /// Otherwise only the column is changed.
    var deletesRows: Bool
}

extension SourceReader {
    /// The foreign keys of a table that reach from a parent to its rows.
    func cascades(of table: ComparedTable) async throws -> [Cascade] {
        let answer = try await connection.query(
            """
            SELECT k.COLUMN_NAME, k.REFERENCED_TABLE_SCHEMA, k.REFERENCED_TABLE_NAME, k.REFERENCED_COLUMN_NAME, \
            r.DELETE_RULE = 'CASCADE' \
            FROM information_schema.REFERENTIAL_CONSTRAINTS r JOIN information_schema.KEY_COLUMN_USAGE k \
            ON k.CONSTRAINT_SCHEMA = r.CONSTRAINT_SCHEMA AND k.CONSTRAINT_NAME = r.CONSTRAINT_NAME \
            AND k.TABLE_NAME = r.TABLE_NAME \
            WHERE r.CONSTRAINT_SCHEMA = \(InformationSchema.quoted(table.sourceName.database)) \
            AND r.TABLE_NAME = \(InformationSchema.quoted(table.sourceName.table)) \
            AND ('CASCADE' IN (r.DELETE_RULE, r.UPDATE_RULE) OR 'SET NULL' IN (r.DELETE_RULE, r.UPDATE_RULE)) \
            AND (SELECT COUNT(*) FROM information_schema.KEY_COLUMN_USAGE o \
            WHERE o.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND o.CONSTRAINT_NAME = k.CONSTRAINT_NAME \
            AND o.TABLE_NAME = k.TABLE_NAME) = 1
            """
        )
        return answer.rows.compactMap { row in
            guard row.count == 5, let column = row[0], let database = row[1], let name = row[2], let parent = row[3]
            else { return nil }
            return Cascade(
                column: column,
                parent: TableName(database: database, table: name),
                parentColumn: parent,
                deletesRows: row[4] == "1"
            )
        }
    }

    /// Whether the parent has a row with this value, the text of a column of `type`. True, too, where that cannot be
    /// asked.
    func hasParent(_ cascade: Cascade, _ value: String, _ type: MySQLType) async throws -> Bool {
        // Bytes do not come through as text.
        guard !type.descriptor.holdsBytes, let literal = type.descriptor.keyLiteral(Array(value.utf8)) else {
            return true
        }
        let answer = try await connection.query(
            """
            SELECT 1 FROM \(cascade.parent.quoted) \
            WHERE \(TableName.quote(cascade.parentColumn)) = \(literal) LIMIT 1
            """
        )
        return !answer.rows.isEmpty
    }
}
