extension SQLParser {
    /// What follows ALTER.
    mutating func alter() throws -> DDLStatement {
        let start = position
        var ignoresRows = false
        while try isAt(anyOf: ["ONLINE", "OFFLINE", "IGNORE"]) {
            if try isAt("IGNORE") { ignoresRows = true }
            try advance()
        }
        if try accept("TABLE") {
            _ = try accept(["IF", "EXISTS"])
            let name = try tableName()
            try skipWait()
            let actions = try alterActions()
            // Rows that break a new key or do not fit a changed column are left out or altered.
            let mayChangeRows =
                ignoresRows
                && actions.contains { action in
                    if case .option = action { false } else { true }
                }
            return .alterTable(name, actions: mayChangeRows ? actions + [.replacesRows("IGNORE")] : actions)
        }
        rewind(to: start)
        if try accept(anyOf: ["DATABASE", "SCHEMA"]) {
            if try isAt(anyOf: ["DEFAULT", "CHARACTER", "CHARSET", "COLLATE", "ENCRYPTION", "READ", "COMMENT"]) {
                guard !defaultDatabase.isEmpty else { throw SQLSyntaxError("ALTER DATABASE without a database") }
                return .alterDatabase(defaultDatabase)
            }
            return .alterDatabase(try objectName())
        }
        try skipRoutineModifiers()
        if let object = try harmlessObject() { return .irrelevant("ALTER \(object)") }
        throw SQLSyntaxError("unknown ALTER \(try here())")
    }

    private mutating func alterActions() throws -> [AlterAction] {
        var actions: [AlterAction] = []
        var isOrdering = false
        while try !isAtEnd() {
            let start = position
            if isOrdering, try isOrderItem() {
                try skipClause()
            } else {
                isOrdering = try isAt("ORDER")
                if try isPartitionClause() {
                    actions.append(try partitionAction())
                } else {
                    // Whatever goes wrong inside a clause makes that clause unknown, not the statement: the clauses
                    // around it still name what they do.
                    do {
                        actions += try alterAction()
                    } catch is SQLSyntaxError {
                        rewind(to: start)
                        try skipClause()
                        actions.append(.other(text(from: start, to: position)))
                    }
                }
            }
            guard try accept(symbol: ",") else {
                guard try isAtEnd() else {
                    // Options need no comma between them; anything else does.
                    switch actions.last {
                    case .option, .engine, .defaultCharset, .defaultCollation: continue
                    default: break
                    }
                    if try isAt("PARTITION") || isAt("REMOVE") { continue }
                    try skipClause()
                    actions.append(.other(text(from: start, to: position)))
                    _ = try accept(symbol: ",")
                    continue
                }
                break
            }
        }
        return actions
    }

    /// `name`, `name ASC`, `name DESC`: the rest of an ORDER BY.
    private mutating func isOrderItem() throws -> Bool {
        guard let token = try peek(), token.kind == .word || token.kind == .quotedName else { return false }
        let ahead = try isAt(anyOf: ["ASC", "DESC"], ahead: 1) ? 2 : 1
        return try isAt(symbol: ",", ahead: ahead) || peek(ahead) == nil || isAt(symbol: ";", ahead: ahead)
    }

    /// To the comma that ends this clause, or the end.
    mutating func skipClause() throws {
        while try !isAtEnd(), try !isAt(symbol: ",") { try skipOne() }
    }

    private mutating func skipToEnd() throws {
        while try !isAtEnd() { try skipOne() }
    }

    // MARK: Partitions and tablespaces

    private static let partitionVerbs = [
        "DROP", "TRUNCATE", "EXCHANGE", "DISCARD", "IMPORT", "REORGANIZE", "REBUILD", "OPTIMIZE", "CHECK", "REPAIR",
        "ANALYZE", "COALESCE", "CONVERT",
    ]

    private mutating func isPartitionClause() throws -> Bool {
        if try isAt("PARTITION"), try isAt("BY", ahead: 1) { return true }
        if try isAt("CONVERT"), try isAt("TABLE", ahead: 1) { return true }
        return try isAt(anyOf: Self.partitionVerbs) && isAt("PARTITION", ahead: 1)
    }

    /// A clause about partitions is the last one, and its own commas separate partitions.
    private mutating func partitionAction() throws -> AlterAction {
        let start = position
        let exchanges = try isAt("EXCHANGE")
        let replaces = try isAt(anyOf: ["DROP", "TRUNCATE", "EXCHANGE", "DISCARD", "IMPORT", "CONVERT", "REPAIR"])
        if exchanges {
            while try !isAtEnd() {
                guard try isAt("WITH"), try isAt("TABLE", ahead: 1) else {
                    try skipOne()
                    continue
                }
                try advance()
                try advance()
                let other = try tableName()
                try skipToEnd()
                return .exchangesRows(with: other, text(from: start, to: position))
            }
        }
        try skipToEnd()
        let clause = text(from: start, to: position)
        return replaces ? .replacesRows(clause) : .option(clause)
    }

    // MARK: Clauses

    private mutating func alterAction() throws -> [AlterAction] {
        let start = position
        if try accept("ADD") { return try add(from: start) }
        if try accept("DROP") { return [try dropPart(from: start)] }
        if try accept("MODIFY") {
            _ = try accept("COLUMN")
            _ = try accept(["IF", "EXISTS"])
            let parsed = try columnDefinition()
            try refusePadding()
            return try closed([.modifyColumn(parsed.column, position: parsed.position)] + Self.additions(parsed.keys))
        }
        if try accept("CHANGE") {
            _ = try accept("COLUMN")
            _ = try accept(["IF", "EXISTS"])
            let old = try identifier()
            let parsed = try columnDefinition()
            try refusePadding()
            return try closed(
                [.changeColumn(from: old, to: parsed.column, position: parsed.position)]
                    + Self.additions(parsed.keys)
            )
        }
        if try accept("RENAME") { return try closed([try renamePart(from: start)]) }
        if try accept("ALTER") { return try closed([try alterPart(from: start)]) }
        if try accept("CONVERT") {
            try expect("TO")
            guard try accept(["CHARACTER", "SET"]) || accept(["CHAR", "SET"]) || accept("CHARSET") else {
                throw SQLSyntaxError("expected CHARACTER SET \(try here())")
            }
            let charset = try stringOrIdentifier()
            if try accept("COLLATE") { _ = try stringOrIdentifier() }
            return try closed([.convertCharset(charset)])
        }
        if try accept(anyOf: ["DISCARD", "IMPORT"]) {
            try expect("TABLESPACE")
            return try closed([.replacesRows(text(from: start, to: position))])
        }
        if try accept(["REMOVE", "PARTITIONING"]) { return [.option(text(from: start, to: position))] }
        return [try option(from: start)]
    }

    /// The actions, if the clause ends here.
    private mutating func closed(_ actions: [AlterAction]) throws -> [AlterAction] {
        guard try isAtEnd() || isAt(symbol: ",") || isAt("PARTITION") || isAt("REMOVE") else {
            throw SQLSyntaxError("unexpected text \(try here())")
        }
        return actions
    }

    private mutating func rest(from start: Int) throws -> String {
        try skipClause()
        return text(from: start, to: position)
    }

    private mutating func add(from start: Int) throws -> [AlterAction] {
        if try isAt("PARTITION") {
            try skipToEnd()
            return [.option(text(from: start, to: position))]
        }
        if try isAt(["PERIOD", "FOR"]) || isAt(["SYSTEM", "VERSIONING"]) {
            return [.other(try rest(from: start))]
        }
        let isExplicitColumn = try accept("COLUMN")
        if !isExplicitColumn {
            switch try constraintOrIndex() {
            case .key(let key): return try closed([.addIndex(key)])
            case .foreignKey, .check:
                try skipClause()
                return [.option(text(from: start, to: position))]
            case .column, nil: break
            }
        }
        let ifNotExists = try accept(["IF", "NOT", "EXISTS"])
        guard try accept(symbol: "(") else {
            let parsed = try columnDefinition()
            return try closed(
                [.addColumn(parsed.column, position: parsed.position, ifNotExists: ifNotExists)]
                    + Self.additions(parsed.keys)
            )
        }
        var actions: [AlterAction] = []
        repeat {
            switch try tableElement() {
            case .column(let parsed):
                actions.append(.addColumn(parsed.column, position: .unspecified, ifNotExists: ifNotExists))
                actions += Self.additions(parsed.keys)
            case .key(let key): actions.append(.addIndex(key))
            case .foreignKey(let clause), .check(let clause): actions.append(.option("ADD \(clause)"))
            }
        } while try accept(symbol: ",")
        try expect(symbol: ")")
        return try closed(actions)
    }

    private static func additions(_ keys: [KeyDefinition]) -> [AlterAction] { keys.map { .addIndex($0) } }

    /// Under PAD_CHAR_TO_FULL_LENGTH a CHAR that becomes a VARCHAR keeps its padding: values change.
    private func refusePadding() throws {
        if tokenizer.dialect.padCharToFullLength {
            throw SQLSyntaxError("a column is changed under PAD_CHAR_TO_FULL_LENGTH")
        }
    }

    private mutating func isAt(_ keywords: [String]) throws -> Bool {
        for (ahead, keyword) in keywords.enumerated() where try !isAt(keyword, ahead: ahead) { return false }
        return true
    }

    private mutating func dropPart(from start: Int) throws -> AlterAction {
        if try accept(["PRIMARY", "KEY"]) { return .dropIndex(nil) }
        if try isAt(["SYSTEM", "VERSIONING"]) || isAt(["PERIOD", "FOR"]) { return .other(try rest(from: start)) }
        if try accept(anyOf: ["INDEX", "KEY"]) {
            _ = try accept(["IF", "EXISTS"])
            return .dropIndex(try identifier())
        }
        // DROP CONSTRAINT may drop a UNIQUE key, by its name.
        if try accept("CONSTRAINT") {
            _ = try accept(["IF", "EXISTS"])
            return .dropIndex(try identifier())
        }
        if try isAt(anyOf: ["FOREIGN", "CHECK"]) { return .option(try rest(from: start)) }
        _ = try accept("COLUMN")
        let ifExists = try accept(["IF", "EXISTS"])
        let column = try identifier()
        _ = try accept(anyOf: ["RESTRICT", "CASCADE"])
        guard case let actions = try closed([.dropColumn(column, ifExists: ifExists)]), let action = actions.first
        else {
            throw SQLSyntaxError("unexpected text \(try here())")
        }
        return action
    }

    private mutating func renamePart(from start: Int) throws -> AlterAction {
        if try accept("COLUMN") {
            _ = try accept(["IF", "EXISTS"])
            let old = try identifier()
            try expect("TO")
            return .renameColumn(from: old, to: try identifier())
        }
        if try accept(anyOf: ["INDEX", "KEY"]) {
            let old = try identifier()
            try expect("TO")
            return .renameIndex(from: old, to: try identifier())
        }
        if try !accept(anyOf: ["TO", "AS"]) { _ = try accept(symbol: "=") }
        return .rename(to: try tableName())
    }

    private mutating func alterPart(from start: Int) throws -> AlterAction {
        if try isAt(anyOf: ["INDEX", "KEY", "CHECK", "CONSTRAINT"]) { return .option(try rest(from: start)) }
        _ = try accept("COLUMN")
        _ = try accept(["IF", "EXISTS"])
        let column = try identifier()
        if try accept(["DROP", "DEFAULT"]) { return .alterColumn(column, .dropDefault) }
        try expect("SET")
        if try accept("VISIBLE") { return .alterColumn(column, .setVisible(true)) }
        if try accept("INVISIBLE") { return .alterColumn(column, .setVisible(false)) }
        try expect("DEFAULT")
        return .alterColumn(column, .setDefault(try defaultValue()))
    }

    /// A table option or another clause that touches neither rows nor columns.
    private mutating func option(from start: Int) throws -> AlterAction {
        guard let token = try peek(), token.kind == .word else { throw SQLSyntaxError("unexpected text \(try here())") }
        let name = tokenizer.text(token).uppercased()
        if name == "PARTITION" {
            try skipToEnd()
            return .option(text(from: start, to: position))
        }
        if let option = try tableOption() {
            switch option {
            case .charset(let name): return .defaultCharset(name)
            case .collation(let name): return .defaultCollation(name)
            case .engine(let name): return .engine(name)
            case .other: return .option(text(from: start, to: position))
            case .rows: return .replacesRows(text(from: start, to: position))
            }
        }
        try advance()
        switch name {
        case "ALGORITHM", "LOCK", "SEQUENCE", "WAIT":
            _ = try accept(symbol: "=")
            try skipOne()
        case "DISABLE", "ENABLE": try expect("KEYS")
        case "WITH", "WITHOUT": try expect("VALIDATION")
        // Its columns follow with commas between them.
        case "ORDER": while try !isAtEnd(), try !isAt(symbol: ","), try !isAt("PARTITION") { try skipOne() }
        case "FORCE", "NOWAIT", "SECONDARY_LOAD", "SECONDARY_UNLOAD": break
        default: throw SQLSyntaxError("unknown clause '\(name.prefix(40))'")
        }
        return .option(text(from: start, to: position))
    }
}
