import Logging

/// What a session is set to, whatever the server's global values and its `init_connect` say: everything that changes
/// which rows a statement sees, how values are written, or how long a statement may take.
///
/// `DEFAULT` is no use here: for a session it means the server's global value.
/// https://dev.mysql.com/doc/refman/9.4/en/set-variable.html
package struct SessionSettings: Sendable, Hashable {
    /// Whether every transaction of the session is READ ONLY.
    package var isReadOnly: Bool

    /// A session that reads tables: each statement sees what is committed when it begins.
    package static let reading = SessionSettings(isReadOnly: true)
    /// A session that also writes: each statement is a transaction of its own.
    package static let writing = SessionSettings(isReadOnly: false)

    /// Assignments that every server knows, MySQL 5.7 and MariaDB among them.
    private static let assignments = [
        // An open view would be kept from one statement to the next.
        "autocommit = 1",
        "time_zone = '+00:00'",
        // Among others without PAD_CHAR_TO_FULL_LENGTH, which the binlog does not know either, and ANSI_QUOTES.
        "sql_mode = ''",
        // Both cut results or refuse them without regard to what was asked.
        "sql_select_limit = 18446744073709551615",
        "sql_big_selects = 1",
        "sql_safe_updates = 0",
        // `WHERE id IS NULL` would find the row inserted last.
        "sql_auto_is_null = 0",
        // Back pressure pauses a result for as long as the warehouse needs.
        "net_write_timeout = 86400",
        "net_read_timeout = 86400",
        "wait_timeout = 604800",
    ]

    /// For MySQL from some version on; MariaDB leaves out comments of these numbers.
    private static let versioned = [
        // A primary key that the server has made by itself is hidden otherwise, and is in the binlog.
        "/*!80030 , show_gipk_in_create_table_and_information_schema = ON */",
        // A secondary engine follows the tables with a delay.
        "/*!80013 , use_secondary_engine = OFF */",
    ]

    /// The statements, in order.
    package func statements(isMariaDB: Bool) -> [String] {
        let limit = isMariaDB ? "max_statement_time" : "max_execution_time"
        let assignments = Self.assignments + ["\(limit) = 0"]
        return [
            // What init_connect has begun must end without beginning another.
            "SET SESSION completion_type = 'NO_CHAIN'",
            "ROLLBACK",
            "SET NAMES utf8mb4",
            "SET SESSION \(assignments.joined(separator: ", "))\(isMariaDB ? "" : " " + Self.versioned.joined(separator: " "))",
            "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ \(isReadOnly ? "ONLY" : "WRITE")",
        ]
    }
}

extension MySQLConnection {
    /// Connects, logs in, and sets the session up.
    ///
    /// - Throws: as ``connect(to:on:logger:)`` does; `.server` where the server refuses a setting.
    package static func open(
        to endpoint: MySQLEndpoint,
        as settings: SessionSettings,
        logger: Logger
    ) async throws -> MySQLConnection {
        let connection = try await connect(to: endpoint, logger: logger)
        do {
            for statement in settings.statements(isMariaDB: connection.isMariaDB) {
                try await connection.execute(statement, timeout: setUpTimeout)
            }
        } catch {
            await connection.close()
            throw error
        }
        return connection
    }

    private static let setUpTimeout = Duration.seconds(30)
}
