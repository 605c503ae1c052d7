import ColumnarBytes

/// `QUERY_EVENT`: a statement: DDL, `BEGIN`, `COMMIT` of other engines, `XA …`, `SAVEPOINT …`, and DML where the binlog
/// is statement-based.
/// https://dev.mysql.com/doc/dev/mysql-server/latest/classmysql_1_1binlog_1_1event_1_1Query__event.html
public struct QueryEvent: Equatable, Sendable {
    public let threadID: UInt32
    /// The session's default database; empty for none.
    public let schema: String
    /// The statement, in UTF-8. It may hold values: not for logs.
    public let sql: String
    /// Whether `sql` is what was written: false where the client's charset cannot be converted, or the bytes are none
    /// of it. Names in such a statement may be wrong.
    public let isExactText: Bool
    /// 0, or the error that the statement ended with on the source.
    public let errorCode: UInt16
    /// The session's `sql_mode` as bits; nil if not logged. Decides how the text reads (`ANSI_QUOTES`,
    /// `NO_BACKSLASH_ESCAPES`).
    public let sqlMode: SQLMode?
    /// The id of `character_set_client`'s default collation; nil if not logged.
    public let clientCollation: UInt16?
    /// The id of `collation_connection`; nil if not logged.
    public let connectionCollation: UInt16?
    /// The id of the default database's collation (`collation_server` where it has none); nil if not logged.
    public let serverCollation: UInt16?
    /// The id of `default_collation_for_utf8mb4`; nil if not logged.
    public let defaultUTF8MB4Collation: UInt16?
    /// Whether a TIMESTAMP column of the statement may be NULL where it does not say; nil if not logged.
    public let explicitDefaultsForTimestamp: Bool?
    /// Set for DDL since 8.0: the transaction in the data dictionary.
    public let ddlXID: UInt64?
    /// The databases whose tables the statement uses, those that its triggers and functions write to included: what
    /// lets a replica run statements on different databases at the same time. nil where there are too many to list,
    /// where foreign keys may lead out of them, and where they are not logged: then it may be any.
    public let updatedDatabases: [String]?

    /// Bits of `sql_mode` that change what a statement's text means.
    public struct SQLMode: OptionSet, Equatable, Sendable {
        public let rawValue: UInt64

        public init(rawValue: UInt64) { self.rawValue = rawValue }

        /// `||` concatenates.
        public static let pipesAsConcat = SQLMode(rawValue: 1 << 1)
        /// `"` quotes identifiers.
        public static let ansiQuotes = SQLMode(rawValue: 1 << 2)
        /// `REAL` is `FLOAT`.
        public static let realAsFloat = SQLMode(rawValue: 1 << 0)
        /// Backslash is an ordinary character.
        public static let noBackslashEscapes = SQLMode(rawValue: 1 << 20)
    }

    /// - Throws: `ByteCursorError`.
    init(decoding bytes: inout ByteCursor) throws(ByteCursorError) {
        try self.init(decoding: &bytes, extraHeaderBytes: 0)
    }

    /// `EXECUTE_LOAD_QUERY_EVENT`: a query with the number of its file, where the file's name is in the text, and what
    /// to do with duplicates.
    ///
    /// - Throws: `ByteCursorError`.
    init(decodingLoad bytes: inout ByteCursor) throws(ByteCursorError) {
        try self.init(decoding: &bytes, extraHeaderBytes: 13)
    }

    private init(decoding bytes: inout ByteCursor, extraHeaderBytes: Int) throws(ByteCursorError) {
        threadID = try bytes.read()
        // Seconds that the statement ran.
        try bytes.skip(4)
        let schemaLength = try bytes.read(UInt8.self)
        errorCode = try bytes.read()
        let variablesLength = try bytes.read(UInt16.self)
        try bytes.skip(extraHeaderBytes)
        let variables = QueryStatusVariables(decoding: try bytes.slice(Int(variablesLength)))
        sqlMode = variables.sqlMode
        clientCollation = variables.clientCollation
        connectionCollation = variables.connectionCollation
        serverCollation = variables.serverCollation
        defaultUTF8MB4Collation = variables.defaultUTF8MB4Collation
        explicitDefaultsForTimestamp = variables.explicitDefaultsForTimestamp
        ddlXID = variables.ddlXID
        updatedDatabases = variables.updatedDatabases
        schema = String(decoding: try bytes.readBytes(Int(schemaLength)), as: UTF8.self)
        try bytes.skip(1)
        let text = bytes.readRest()
        if let id = clientCollation, case .other(let name)? = MySQLCharset(collation: Int(id)) {
            let decoder = CharsetDecoder(charset: name)
            let exact = decoder?.exactString(text)
            sql = exact ?? decoder?.string(text) ?? String(decoding: text, as: UTF8.self)
            isExactText = exact != nil || (decoder == nil && text.allSatisfy { $0 < 0x80 })
        } else if let exact = String(validating: text, as: UTF8.self) {
            sql = exact
            isExactText = true
        } else {
            sql = String(decoding: text, as: UTF8.self)
            isExactText = false
        }
    }
}
