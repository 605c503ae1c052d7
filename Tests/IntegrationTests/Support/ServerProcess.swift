import MySQLClient

/// A connection as the server shows it.
struct ServerProcess {
    var id: UInt32
    var user: String
    var command: String
    /// The first 100 characters of the statement that runs.
    var statement: String
}

extension MySQLConnection {
    /// The server's connections. `information_schema.processlist` fails for a statement whose text is cut within a
    /// character.
    func processes() async throws -> [ServerProcess] {
        try await query("SHOW PROCESSLIST").rows.compactMap { row in
            guard let id = row[0].flatMap({ UInt32($0) }) else { return nil }
            return ServerProcess(id: id, user: row[1] ?? "", command: row[4] ?? "", statement: row[7] ?? "")
        }
    }
}
