import Logging
import MySQLClient

/// What loader and traffic share: sessions in the shop's database, and what is known of the shop in it.
struct ShopSession {
    let endpoint: MySQLEndpoint
    let database: String
    let logger: Logger

    /// A session in which rows mean the same whatever the server's defaults: UTC, strict, backslash escapes.
    ///
    /// - Parameter database: the default database; nil: none, where it does not exist yet.
    func connect(database: String?) async throws -> MySQLConnection {
        var target = endpoint
        target.database = database
        target.allowsLocalData = true
        let connection = try await MySQLConnection.connect(to: target, logger: logger)
        do {
            try await connection.execute(
                "SET SESSION time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE',"
                    + " innodb_lock_wait_timeout = 10, transaction_isolation = 'READ-COMMITTED'"
            )
        } catch {
            await connection.close()
            throw error
        }
        return connection
    }

    /// Runs `body` with a connection that is closed afterwards, whatever happens.
    @discardableResult
    func withConnection<Result: Sendable>(
        database: String?,
        _ body: @Sendable (MySQLConnection) async throws -> Result
    ) async throws -> Result {
        let connection = try await connect(database: database)
        do {
            let result = try await body(connection)
            await connection.close()
            return result
        } catch {
            await connection.close()
            throw error
        }
    }

    /// The shop's tables that exist, with their comments.
    func comments(_ connection: MySQLConnection) async throws -> [String: String] {
        let names = ShopTable.allCases.map { "'\($0.name)'" }.joined(separator: ", ")
        let result = try await connection.query(
            "SELECT TABLE_NAME, TABLE_COMMENT FROM information_schema.TABLES"
                + " WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN (\(names))"
        )
        var comments: [String: String] = [:]
        for row in result.rows where row.count == 2 {
            if let name = row[0] { comments[name] = row[1] ?? "" }
        }
        return comments
    }

    /// Whether any row of `table` meets `condition`.
    static func exists(_ table: ShopTable, where condition: String? = nil, _ connection: MySQLConnection) async throws
        -> Bool
    {
        let filter = condition.map { " WHERE \($0)" } ?? ""
        return try await !connection.query("SELECT 1 FROM `\(table.name)`\(filter) LIMIT 1").rows.isEmpty
    }

    static func quoted(_ identifier: String) -> String {
        "`" + identifier.split(separator: "`", omittingEmptySubsequences: false).joined(separator: "``") + "`"
    }
}
