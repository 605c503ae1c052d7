extension SQLParser {
    struct ParsedColumn {
        var column: ColumnDefinition
        var position: ColumnPosition
        /// The keys that the column's own attributes define.
        var keys: [AlterAction]
    }

    /// `name type attributes… [FIRST | AFTER column]`, up to the comma or parenthesis behind it.
    mutating func columnDefinition() throws -> ParsedColumn {
        let name = try identifier()
        let type = try columnType()
        var isNullable = true
        var defaultValue: ColumnDefault?
        var generation = ColumnGeneration.none
        var isInvisible = false
        var charset = type.charset
        var collation: String?
        var position = ColumnPosition.unspecified
        var keys: [AlterAction] = []
        if type.isSerial {
            isNullable = false
            keys.append(.addIndex(isPrimary: false, isUnique: true))
        }
        // ALTER TABLE may go on with partitioning, without a comma.
        while try !isAtEnd(), try !isAt(symbol: ","), try !isAt(symbol: ")"), try !isAt(anyOf: ["PARTITION", "REMOVE"])
        {
            if try accept(["NOT", "NULL"]) {
                isNullable = false
            } else if try accept("NULL") {
                isNullable = true
            } else if try accept("DEFAULT") {
                defaultValue = try defaultClause()
            } else if try accept(["ON", "UPDATE"]) {
                try advance()
                if try isAt(symbol: "(") { try skipParentheses() }
            } else if try accept(["GENERATED", "ALWAYS", "AS"]) || accept("AS") {
                guard try isAt(symbol: "(") else { throw SQLSyntaxError("expected an expression \(try here())") }
                try skipParentheses()
                generation = .virtual
            } else if try accept(anyOf: ["STORED", "PERSISTENT"]) {
                generation = .stored
            } else if try accept("VIRTUAL") {
                generation = .virtual
            } else if try accept("INVISIBLE") {
                isInvisible = true
            } else if try accept(["PRIMARY", "KEY"]) || accept("KEY") {
                isNullable = false
                keys.append(.addIndex(isPrimary: true, isUnique: true))
            } else if try accept("UNIQUE") {
                _ = try accept("KEY")
                keys.append(.addIndex(isPrimary: false, isUnique: true))
            } else if try accept(["CHARACTER", "SET"]) || accept(["CHAR", "SET"]) || accept("CHARSET") {
                charset = try stringOrIdentifier().lowercased()
            } else if try accept("COLLATE") {
                let name = try stringOrIdentifier().lowercased()
                collation = name
                if charset == nil { charset = name.firstIndex(of: "_").map { String(name[..<$0]) } ?? name }
            } else if try accept("FIRST") {
                position = .first
            } else if try accept("AFTER") {
                position = .after(try identifier())
            } else if try accept("AUTO_INCREMENT") {
                isNullable = false
            } else if try accept(anyOf: ["VISIBLE"]) {
                continue
            } else if try accept(anyOf: ["COMMENT", "COLUMN_FORMAT", "STORAGE", "SRID", "REF_SYSTEM_ID"]) {
                _ = try accept(symbol: "=")
                try skipOne()
            } else if try accept(anyOf: ["ENGINE_ATTRIBUTE", "SECONDARY_ENGINE_ATTRIBUTE"]) {
                _ = try accept(symbol: "=")
                try skipOne()
            } else if try accept("CONSTRAINT") {
                if try !isAt("CHECK") { _ = try identifier() }
            } else if try accept("CHECK") {
                guard try isAt(symbol: "(") else { throw SQLSyntaxError("expected an expression \(try here())") }
                try skipParentheses()
                _ = try accept("NOT")
                _ = try accept("ENFORCED")
            } else if try accept("REFERENCES") {
                while try !isAtEnd(), try !isAt(symbol: ","), try !isAt(symbol: ")"),
                    try !isAt(anyOf: ["FIRST", "AFTER"])
                {
                    try skipOne()
                }
            } else {
                throw SQLSyntaxError("unknown column attribute \(try here())")
            }
        }
        let hasCharset = ColumnDefinition.hasCharset(type.text)
        // Text with the character set 'binary' is the binary type of the same size.
        let text = hasCharset && charset == "binary" ? Self.binaryType(type.text) : type.text
        let isText = ColumnDefinition.hasCharset(text)
        let column = ColumnDefinition(
            name: name,
            columnType: text,
            isNullable: isNullable,
            defaultValue: defaultValue ?? (isNullable && generation == .none ? .null : .none),
            generation: generation,
            isInvisible: isInvisible,
            charset: isText ? charset : nil,
            collation: isText ? collation : nil
        )
        return ParsedColumn(column: column, position: position, keys: keys)
    }

    mutating func stringOrIdentifier() throws -> String {
        _ = try accept(symbol: "=")
        guard let token = try peek() else { throw SQLSyntaxError("expected a name at the end") }
        guard token.kind == .string else { return try identifier() }
        try advance()
        return try tokenizer.value(token)
    }

    private mutating func defaultClause() throws -> ColumnDefault {
        if try accept("NULL") { return .null }
        if try accept("TRUE") { return .constant("1") }
        if try accept("FALSE") { return .constant("0") }
        let start = position
        if try isAt(symbol: "(") {
            try skipParentheses()
            return .expression(text(from: start, to: position))
        }
        if try accept(symbol: "-") { return .constant("-" + (try number())) }
        if try accept(symbol: "+") || isAt(symbol: ".") { return .constant(try number()) }
        guard let token = try peek(), token.kind == .string || token.kind == .word else {
            throw SQLSyntaxError("expected a default \(try here())")
        }
        if token.kind == .string {
            try advance()
            return .constant(try tokenizer.value(token))
        }
        let word = tokenizer.text(token)
        if let next = try peek(1), next.kind == .string {
            try advance(2)
            // _utf8mb4'x' is the text; b'101' and x'41' stay as they are written.
            return .constant(word.hasPrefix("_") ? try tokenizer.value(next) : text(from: start, to: position))
        }
        if let digit = word.utf8.first, digit >= 0x30, digit <= 0x39 { return .constant(try number()) }
        // CURRENT_TIMESTAMP, NOW(6) …
        try advance()
        if try isAt(symbol: "(") { try skipParentheses() }
        return .expression(text(from: start, to: position))
    }

    /// `1`, `.5`, `1.5`, `1e3`, `1.5e-3`, `0x41`: words and symbols to the lexer.
    private mutating func number() throws -> String {
        let start = position
        if let token = try peek(), token.kind == .word { try advance() }
        if try accept(symbol: "."), let token = try peek(), token.kind == .word { try advance() }
        let written = text(from: start, to: position)
        guard let digit = written.utf8.first, digit == UInt8(ascii: ".") || (digit >= 0x30 && digit <= 0x39) else {
            throw SQLSyntaxError("expected a number \(try here())")
        }
        if written.hasSuffix("e") || written.hasSuffix("E"), !written.hasPrefix("0x") {
            if try !accept(symbol: "-") { try expect(symbol: "+") }
            try advance()
        }
        return text(from: start, to: position)
    }

    private static func binaryType(_ text: String) -> String {
        for (from, to) in [
            ("char", "binary"), ("varchar", "varbinary"), ("tinytext", "tinyblob"), ("text", "blob"),
            ("mediumtext", "mediumblob"), ("longtext", "longblob"),
        ] where text.hasPrefix(from) {
            return to + text.dropFirst(from.count)
        }
        return text
    }
}
