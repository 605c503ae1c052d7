/// What decides how a statement's text is read: the server that wrote it and the `sql_mode` it ran under (a binlog
/// Query event carries it in its status variables, code `Q_SQL_MODE_CODE`).
package struct SQLDialect: Hashable, Sendable {
    /// Whose grammar it is.
    package enum Server: Hashable, Sendable { case mySQL, mariaDB }

    package var server: Server
    /// Major · 10000 + minor · 100 + patch, as in `/*!80404 … */`: decides which executable comments count.
    package var version: Int
    /// `sql_mode` `ANSI_QUOTES`: `"` quotes identifiers instead of strings.
    package var ansiQuotes: Bool
    /// `sql_mode` `NO_BACKSLASH_ESCAPES`: a backslash in a string stands for itself.
    package var noBackslashEscapes: Bool
    /// `sql_mode` `REAL_AS_FLOAT`.
    package var realAsFloat: Bool
    /// `sql_mode` `PAD_CHAR_TO_FULL_LENGTH`: a CHAR that becomes another type keeps its padding.
    package var padCharToFullLength: Bool
    /// `explicit_defaults_for_timestamp`, MySQL's default since 8.0. Without it a bare TIMESTAMP column is NOT NULL and
    /// has a default that depends on its place: such statements are not understood.
    package var explicitDefaultsForTimestamp = true
    /// The session's `character_set_client` is utf8mb4, utf8mb3 or ascii. In any other one, a statement's names and
    /// strings beyond ASCII are not understood.
    package var isUTF8 = true

    package init(server: Server = .mySQL, version: Int = 90_700, sqlMode: UInt64 = 0) {
        self.server = server
        self.version = version
        // Bits of sql_mode in the binlog: libs/mysql/binlog/event/statement_events.h, sql/system_variables.h.
        realAsFloat = sqlMode & 0x1 != 0
        ansiQuotes = sqlMode & 0x4 != 0
        noBackslashEscapes = sqlMode & 0x10_0000 != 0
        padCharToFullLength = sqlMode & 0x8000_0000 != 0
    }

    /// - Parameter serverVersion: what `SELECT VERSION()` or the handshake says: `9.7.4`, `10.11.6-MariaDB-0+deb12u1`.
    package init(serverVersion: String, sqlMode: UInt64 = 0) {
        // MariaDB's handshake puts this in front so that MySQL 5.5 replicas accept it.
        let text = serverVersion.hasPrefix("5.5.5-") ? serverVersion.dropFirst(6) : serverVersion[...]
        let isMariaDB = serverVersion.lowercased().split(separator: "-").contains { $0.hasPrefix("mariadb") }
        var parts = [0, 0, 0]
        var index = 0
        for byte in text.utf8 {
            if byte == UInt8(ascii: "."), index < 2 {
                index += 1
            } else if byte >= 0x30, byte <= 0x39, parts[index] < 1000 {
                parts[index] = parts[index] * 10 + Int(byte - 0x30)
            } else {
                break
            }
        }
        self.init(
            server: isMariaDB ? .mariaDB : .mySQL,
            version: parts[0] * 10_000 + parts[1] * 100 + parts[2],
            sqlMode: sqlMode
        )
    }

    /// Whether `/*!NNNNN … */` (or MariaDB's `/*M!NNNNNN … */`) is run by this server.
    func executesComment(version: Int, mariaDBOnly: Bool) -> Bool {
        switch server {
        case .mySQL:
            return !mariaDBOnly && version <= self.version
        case .mariaDB:
            // https://mariadb.com/kb/en/comment-syntax/: MySQL 5.7 and later features are not MariaDB's.
            if !mariaDBOnly, version >= 50_700, version <= 99_999 { return false }
            return version <= self.version
        }
    }
}
