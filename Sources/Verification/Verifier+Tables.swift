import Logging
import MySQLClient
import MySQLSchema

extension Verifier {
    /// The source's tables as they are defined now, by name.
    ///
    /// - Parameters:
    ///   - isWanted: whether the pipeline follows the table.
    ///   - warehouseDatabase: the ClickHouse database for a source database.
    /// - Throws: ``VerificationError`` `.unreadableTable`; `MySQLError`.
    package static func tables(
        at source: MySQLEndpoint,
        where isWanted: (TableName) -> Bool,
        warehouseDatabase: (String) -> String = { $0 },
        logger: Logger
    ) async throws -> [TableToVerify] {
        let connection = try await MySQLConnection.open(to: source, as: .reading, logger: logger)
        let schema: InformationSchema.Schema
        do {
            let dialect = SQLDialect(serverVersion: connection.serverVersion)
            let queries = InformationSchema.queries(for: .all, dialect: dialect)
            schema = try InformationSchema.decode(
                tables: try await connection.query(queries.tables).rows,
                columns: try await connection.query(queries.columns).rows,
                keys: try await connection.query(queries.keys).rows,
                dialect: dialect
            )
            await connection.close()
        } catch {
            await connection.close()
            throw error
        }
        if let hidden = schema.unreadable.first(where: { isWanted($0.name) }) {
            throw VerificationError(
                .unreadableTable,
                "the table \(hidden.name) cannot be compared: \(hidden.reason)",
                remedy: "GRANT SELECT ON \(hidden.name.quoted) TO the user that verifies"
            )
        }
        return schema.tables.filter { isWanted($0.name) }.map {
            TableToVerify(definition: $0, warehouseDatabase: warehouseDatabase($0.name.database))
        }
    }
}
