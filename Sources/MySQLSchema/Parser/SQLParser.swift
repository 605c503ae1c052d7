/// A cursor over a statement's tokens, cut as far as they are asked for, with the small grammar that all statements
/// share.
struct SQLParser {
    private(set) var tokenizer: SQLTokenizer
    private var tokens: [SQLToken] = []
    private(set) var position = 0
    private var isComplete = false
    let defaultDatabase: String
    /// Whether names of databases and tables are folded to lower case, as the server does.
    private let foldsNames: Bool

    init(_ bytes: [UInt8], defaultDatabase: String, dialect: SQLDialect, foldsNames: Bool = false) {
        tokenizer = SQLTokenizer(bytes, dialect: dialect)
        self.defaultDatabase = foldsNames ? TableName.folded(defaultDatabase) : defaultDatabase
        self.foldsNames = foldsNames
    }

    // MARK: Looking

    mutating func peek(_ ahead: Int = 0) throws -> SQLToken? {
        while !isComplete, tokens.count <= position + ahead {
            if let token = try tokenizer.next() {
                tokens.append(token)
            } else {
                isComplete = true
            }
        }
        return position + ahead < tokens.count ? tokens[position + ahead] : nil
    }

    mutating func isAt(_ keyword: String, ahead: Int = 0) throws -> Bool {
        guard let token = try peek(ahead) else { return false }
        return tokenizer.isWord(token, keyword)
    }

    mutating func isAt(anyOf keywords: [String], ahead: Int = 0) throws -> Bool {
        guard let token = try peek(ahead) else { return false }
        return keywords.contains { tokenizer.isWord(token, $0) }
    }

    mutating func isAt(symbol: Unicode.Scalar, ahead: Int = 0) throws -> Bool {
        try peek(ahead)?.kind == .symbol(UInt8(ascii: symbol))
    }

    /// At the end of the statement: of the text, or a `;` with nothing after it.
    mutating func isAtEnd() throws -> Bool {
        var ahead = 0
        while try isAt(symbol: ";", ahead: ahead) { ahead += 1 }
        return try peek(ahead) == nil
    }

    // MARK: Moving

    mutating func advance(_ count: Int = 1) throws {
        _ = try peek(count - 1)
        position = min(position + count, tokens.count)
    }

    /// Back to where the parser was: a `position` read before.
    mutating func rewind(to earlier: Int) {
        position = min(earlier, position)
    }

    /// Takes the keyword if it comes next.
    mutating func accept(_ keyword: String) throws -> Bool {
        guard try isAt(keyword) else { return false }
        try advance()
        return true
    }

    /// Takes these keywords if they come next, in this order.
    mutating func accept(_ keywords: [String]) throws -> Bool {
        for (ahead, keyword) in keywords.enumerated() where try !isAt(keyword, ahead: ahead) { return false }
        try advance(keywords.count)
        return true
    }

    mutating func accept(anyOf keywords: [String]) throws -> Bool {
        guard try isAt(anyOf: keywords) else { return false }
        try advance()
        return true
    }

    mutating func accept(symbol: Unicode.Scalar) throws -> Bool {
        guard try isAt(symbol: symbol) else { return false }
        try advance()
        return true
    }

    mutating func expect(_ keyword: String) throws {
        guard try accept(keyword) else { throw SQLSyntaxError("expected \(keyword) \(try here())") }
    }

    mutating func expect(symbol: Unicode.Scalar) throws {
        guard try accept(symbol: symbol) else { throw SQLSyntaxError("expected '\(symbol)' \(try here())") }
    }

    mutating func expectEnd() throws {
        guard try isAtEnd() else { throw SQLSyntaxError("unexpected text \(try here())") }
    }

    /// "at 'CREAT'" or "at the end", for messages.
    mutating func here() throws -> String {
        guard let token = try peek() else { return "at the end" }
        let text = tokenizer.text(token)
        return "at '\(text.count > 40 ? String(text.prefix(40)) + "…" : text)'"
    }

    // MARK: Shared grammar

    /// An identifier, quoted or not.
    mutating func identifier() throws -> String {
        guard let token = try peek(), token.kind == .word || token.kind == .quotedName else {
            throw SQLSyntaxError("expected a name \(try here())")
        }
        let name = try tokenizer.value(token)
        guard !name.isEmpty else { throw SQLSyntaxError("a name is empty") }
        try advance()
        return name
    }

    /// The name of a database or table.
    mutating func objectName() throws -> String {
        let name = try identifier()
        return foldsNames ? TableName.folded(name) : name
    }

    /// `table`, `database.table` or `.table`, with the default database where none is named.
    mutating func tableName() throws -> TableName {
        if try accept(symbol: ".") {
            return try resolved(try objectName())
        }
        let first = try objectName()
        guard try accept(symbol: ".") else { return try resolved(first) }
        return TableName(database: first, table: try objectName())
    }

    private func resolved(_ table: String) throws -> TableName {
        guard !defaultDatabase.isEmpty else {
            throw SQLSyntaxError("table '\(table)' is named without a database and there is no default one")
        }
        return TableName(database: defaultDatabase, table: table)
    }

    /// Skips what is in parentheses, from an opening one that comes next to its closing one.
    mutating func skipParentheses() throws {
        var depth = 0
        repeat {
            guard let token = try peek() else { throw SQLSyntaxError("a parenthesis is not closed") }
            if token.kind == .symbol(UInt8(ascii: "(")) { depth += 1 }
            if token.kind == .symbol(UInt8(ascii: ")")) { depth -= 1 }
            try advance()
        } while depth > 0
    }

    /// Skips one token, or one group in parentheses.
    mutating func skipOne() throws {
        if try isAt(symbol: "(") {
            try skipParentheses()
        } else if try isAt(symbol: ")") {
            throw SQLSyntaxError("a parenthesis was not opened")
        } else {
            try advance()
        }
    }

    /// The text between two token positions as it was written (comments inside included), at most 200 characters.
    func text(from start: Int, to end: Int) -> String {
        guard start < end, end <= tokens.count else { return "" }
        let range = tokens[start].range.lowerBound..<tokens[end - 1].range.upperBound
        let text = String(decoding: tokenizer.bytes[range].prefix(2000), as: UTF8.self)
        return text.count > 200 ? String(text.prefix(200)) + "…" : text
    }
}
