extension SQLParser {
    /// Reads the whole statement.
    mutating func statement() throws -> DDLStatement {
        if try isAtEnd() { return .irrelevant("") }
        // MariaDB: SET STATEMENT variable = value, … FOR statement. Only one level exists.
        if try isAt("SET"), try isAt("STATEMENT", ahead: 1) {
            try advance(2)
            while try !isAt("FOR") {
                guard try peek() != nil else { throw SQLSyntaxError("SET STATEMENT without FOR") }
                try skipOne()
            }
            try advance()
        }
        guard let first = try peek(), first.kind == .word else {
            throw SQLSyntaxError("expected a statement \(try here())")
        }
        let start = position
        try advance()
        let verb = tokenizer.text(first).uppercased()
        switch verb {
        case "CREATE": return try create()
        case "ALTER": return try alter()
        case "DROP": return try drop()
        case "RENAME": return try rename()
        case "TRUNCATE":
            _ = try accept("TABLE")
            let name = try tableName()
            try skipWait()
            try expectEnd()
            return .truncate(name)
        case "BEGIN", "START", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "XA":
            rewind(to: start)
            return try transactionControl()
        case "INSERT", "REPLACE", "UPDATE", "DELETE", "LOAD":
            return .dataChange(verb: verb, table: try? changedTable(verb))
        // In the binlog these are stored functions and procedures with side effects, or tables filled from files.
        case "SELECT", "DO", "CALL", "WITH", "HANDLER", "EXECUTE", "VALUES", "TABLE":
            return .dataChange(verb: verb, table: nil)
        case "IMPORT":
            return .dataChange(verb: "IMPORT TABLE", table: nil)
        case "ANALYZE" where try !isAt(anyOf: ["TABLE", "TABLES", "LOCAL", "NO_WRITE_TO_BINLOG"]):
            // MariaDB's ANALYZE runs the statement that it explains.
            return .dataChange(verb: verb, table: nil)
        case _ where Self.harmless.contains(verb):
            return .irrelevant(verb)
        default:
            throw SQLSyntaxError("unknown statement '\(verb.count > 40 ? String(verb.prefix(40)) + "…" : verb)'")
        }
    }

    private static let harmless: Set<String> = [
        "ANALYZE", "BINLOG", "CACHE", "CHANGE", "CHECK", "CHECKSUM", "CLONE", "DEALLOCATE", "DESC", "DESCRIBE",
        "EXPLAIN",
        "FLUSH", "GRANT", "HELP", "INSTALL", "KILL", "LOCK", "OPTIMIZE", "PREPARE", "PURGE", "REPAIR", "RESET",
        "RESTART",
        "REVOKE", "SET", "SHOW", "SHUTDOWN", "STOP", "UNINSTALL", "UNLOCK", "USE",
    ]

    /// MariaDB's `WAIT n` and `NOWAIT` after a table's name.
    mutating func skipWait() throws {
        if try accept("WAIT") {
            try advance()
        } else {
            _ = try accept("NOWAIT")
        }
    }

    /// The first table that a data changing statement names, for the message.
    private mutating func changedTable(_ verb: String) throws -> TableName? {
        if verb == "LOAD" {
            for _ in 0..<40 {
                if try accept("INTO") {
                    _ = try accept("TABLE")
                    return try tableName()
                }
                try skipOne()
            }
            return nil
        }
        while try accept(anyOf: ["LOW_PRIORITY", "HIGH_PRIORITY", "DELAYED", "QUICK", "IGNORE", "INTO", "FROM"]) {}
        return try tableName()
    }

    // MARK: Transactions

    private mutating func transactionControl() throws -> DDLStatement {
        if try accept("BEGIN") {
            if try isAt("NOT") { return .dataChange(verb: "BEGIN NOT ATOMIC", table: nil) }
            _ = try accept("WORK")
            try expectEnd()
            return .transactionControl(.begin)
        }
        if try accept("START") {
            return try isAt("TRANSACTION") ? .transactionControl(.begin) : .irrelevant("START")
        }
        if try accept("COMMIT") { return .transactionControl(.commit) }
        if try accept("SAVEPOINT") { return .transactionControl(.savepoint(try lastIdentifier())) }
        if try accept("RELEASE") {
            try expect("SAVEPOINT")
            return .transactionControl(.releaseSavepoint(try lastIdentifier()))
        }
        if try accept("ROLLBACK") {
            _ = try accept("WORK")
            if try accept("TO") {
                _ = try accept("SAVEPOINT")
                return .transactionControl(.rollbackToSavepoint(try lastIdentifier()))
            }
            return .transactionControl(.rollback)
        }
        try expect("XA")
        return .transactionControl(try xa())
    }

    private mutating func lastIdentifier() throws -> String {
        let name = try identifier()
        try expectEnd()
        return name
    }

    private mutating func xa() throws -> TransactionControl {
        guard let token = try peek() else { throw SQLSyntaxError("XA without a verb") }
        try advance()
        let start = position
        while try !isAtEnd(), try !isAt(anyOf: ["ONE", "JOIN", "RESUME", "SUSPEND"]) { try advance() }
        let xid = text(from: start, to: position)
        switch tokenizer.text(token).uppercased() {
        case "START", "BEGIN": return .xaStart(xid: xid)
        case "END": return .xaEnd(xid: xid)
        case "PREPARE": return .xaPrepare(xid: xid)
        case "COMMIT": return .xaCommit(xid: xid, onePhase: try accept(["ONE", "PHASE"]))
        case "ROLLBACK": return .xaRollback(xid: xid)
        default: throw SQLSyntaxError("unknown XA statement")
        }
    }

    // MARK: RENAME and DROP

    private mutating func rename() throws -> DDLStatement {
        if try accept("USER") { return .irrelevant("RENAME USER") }
        guard try accept(anyOf: ["TABLE", "TABLES"]) else { throw SQLSyntaxError("expected TABLE \(try here())") }
        _ = try accept(["IF", "EXISTS"])
        var pairs: [TableRename] = []
        repeat {
            let from = try tableName()
            try skipWait()
            try expect("TO")
            pairs.append(TableRename(from: from, to: try tableName()))
        } while try accept(symbol: ",")
        try expectEnd()
        return .renameTables(pairs)
    }

    private mutating func drop() throws -> DDLStatement {
        if try accept("TEMPORARY") { return .irrelevant("DROP TEMPORARY TABLE") }
        if try accept(anyOf: ["TABLE", "TABLES"]) {
            let ifExists = try accept(["IF", "EXISTS"])
            var names: [TableName] = []
            repeat { names.append(try tableName()) } while try accept(symbol: ",")
            try skipWait()
            _ = try accept(anyOf: ["RESTRICT", "CASCADE"])
            try expectEnd()
            return .dropTables(names, ifExists: ifExists)
        }
        if try accept(anyOf: ["DATABASE", "SCHEMA"]) {
            _ = try accept(["IF", "EXISTS"])
            let database = try objectName()
            try expectEnd()
            return .dropDatabase(database)
        }
        let isOnline = try accept(anyOf: ["ONLINE", "OFFLINE"])
        if try accept("INDEX") {
            _ = try accept(["IF", "EXISTS"])
            let index = try identifier()
            try expect("ON")
            return .dropIndex(index, on: try tableName())
        }
        if !isOnline, let object = try harmlessObject() { return .irrelevant("DROP \(object)") }
        throw SQLSyntaxError("unknown DROP \(try here())")
    }

    /// The kind of an object that holds no rows which Leat follows, if one comes next.
    mutating func harmlessObject() throws -> String? {
        guard let token = try peek(), token.kind == .word else { return nil }
        let kind = tokenizer.text(token).uppercased()
        return Self.harmlessObjects.contains(kind) ? kind : nil
    }

    private static let harmlessObjects: Set<String> = [
        "EVENT", "FUNCTION", "INSTANCE", "LIBRARY", "LOGFILE", "PACKAGE", "PREPARE", "PROCEDURE", "RESOURCE", "ROLE",
        "SEQUENCE", "SERVER", "SPATIAL", "TABLESPACE", "TRIGGER", "UNDO", "USER", "VIEW",
    ]
}
