import Foundation
import Logging
import MySQLClient
import MySQLSchema

/// Writes the heartbeat row: one for each pipeline, with the time at which it was written.
struct HeartbeatWriter: Sendable {
    private static let timeout = Duration.seconds(3)

    private let connection: MySQLConnection
    private let table: TableName
    private let pipeline: String

    /// Connects, and makes the table if it is missing.
    init(_ options: ReplicationOptions.Heartbeat, pipeline: String, logger: Logger) async throws {
        var endpoint = options.endpoint
        endpoint.connectTimeout = min(endpoint.connectTimeout, .seconds(5))
        table = options.table
        self.pipeline = pipeline
        connection = try await MySQLConnection.open(to: endpoint, as: .writing, logger: logger)
        do {
            try await createTable()
        } catch {
            await connection.close()
            throw error
        }
    }

    func close() async { await connection.close() }

    /// Checks first: `IF NOT EXISTS` is logged in the binlog in any case, and every DDL statement is a barrier.
    private func createTable() async throws {
        let found = try await connection.query(
            """
            SELECT COUNT(*) FROM information_schema.tables \
            WHERE table_schema = \(InformationSchema.quoted(table.database)) \
            AND table_name = \(InformationSchema.quoted(table.table))
            """,
            timeout: Self.timeout
        )
        guard found.scalar == "0" else { return }
        try await connection.execute("CREATE DATABASE IF NOT EXISTS \(TableName.quote(table.database))")
        try await connection.execute(
            """
            CREATE TABLE IF NOT EXISTS \(table.quoted) (
                id VARCHAR(128) CHARACTER SET utf8mb4 NOT NULL PRIMARY KEY COMMENT 'the pipeline',
                at DATETIME(6) NOT NULL COMMENT 'UTC, by the clock of the machine that runs leat'
            ) COMMENT 'written by leat once a second, to see it arrive'
            """
        )
    }

    /// - Parameter time: seconds since 1970.
    func write(at time: Double) async throws {
        let microseconds = Int64(time * 1_000_000)
        try await connection.execute(
            """
            INSERT INTO \(table.quoted) (id, at) VALUES (\(InformationSchema.quoted(pipeline)), \
            TIMESTAMPADD(MICROSECOND, \(microseconds), '1970-01-01 00:00:00.000000')) \
            ON DUPLICATE KEY UPDATE at = VALUES(at)
            """,
            timeout: Self.timeout
        )
    }
}
