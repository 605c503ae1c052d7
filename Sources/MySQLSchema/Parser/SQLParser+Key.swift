extension SQLParser {
    /// What may stand in the parentheses of a CREATE TABLE, or after ADD.
    enum TableElement {
        case column(ParsedColumn)
        case key(KeyDefinition)
        /// Holds the clause.
        case foreignKey(String)
        case check(String)
    }

    /// One element, up to the comma or parenthesis after it.
    mutating func tableElement() throws -> TableElement {
        if let constraint = try constraintOrIndex() { return constraint }
        return .column(try columnDefinition())
    }

    /// A key, an index or a constraint, if one comes next.
    mutating func constraintOrIndex() throws -> TableElement? {
        let start = position
        var symbol: String?
        if try accept("CONSTRAINT") {
            if try !isAt(anyOf: ["PRIMARY", "UNIQUE", "FOREIGN", "CHECK"]) { symbol = try identifier() }
            guard try isAt(anyOf: ["PRIMARY", "UNIQUE", "FOREIGN", "CHECK"]) else {
                throw SQLSyntaxError("expected a constraint \(try here())")
            }
        }
        if try accept("PRIMARY") {
            try expect("KEY")
            return .key(try key(.primary, named: nil))
        }
        if try accept("UNIQUE") {
            _ = try accept(anyOf: ["INDEX", "KEY"])
            return .key(try key(.unique, named: symbol))
        }
        if try accept(anyOf: ["INDEX", "KEY"]) { return .key(try key(.index, named: nil)) }
        if try accept(anyOf: ["FULLTEXT", "SPATIAL"]) {
            _ = try accept(anyOf: ["INDEX", "KEY"])
            return .key(try key(.index, named: nil))
        }
        if try accept(["VECTOR", "INDEX"]) || accept(["VECTOR", "KEY"]) { return .key(try key(.index, named: nil)) }
        if try isAt("FOREIGN") {
            try skipElement()
            return .foreignKey(text(from: start, to: position))
        }
        if try isAt("CHECK") {
            try skipElement()
            return .check(text(from: start, to: position))
        }
        return nil
    }

    private mutating func skipElement() throws {
        while try !isAtEnd(), try !isAt(symbol: ","), try !isAt(symbol: ")") { try skipOne() }
    }

    /// `[name] [USING type] (part, …) options…`
    private mutating func key(_ kind: KeyDefinition.Kind, named symbol: String?) throws -> KeyDefinition {
        var name = symbol
        _ = try accept(["IF", "NOT", "EXISTS"])
        if try !isAt(symbol: "("), try !isAt("USING") { name = try identifier() }
        try skipIndexType()
        let parts = try keyParts()
        try skipIndexOptions()
        return KeyDefinition(kind: kind, name: kind == .primary ? nil : name, parts: parts)
    }

    mutating func skipIndexType() throws {
        if try accept("USING") || accept("TYPE") { _ = try identifier() }
    }

    /// `(a, b(10) DESC, (lower(c)))`
    mutating func keyParts() throws -> [KeyDefinition.Part] {
        try expect(symbol: "(")
        var parts: [KeyDefinition.Part] = []
        repeat {
            if try isAt(symbol: "(") {
                try skipParentheses()
                parts.append(KeyDefinition.Part(column: nil))
            } else {
                let column = try identifier()
                parts.append(KeyDefinition.Part(column: column, length: try numbers().first))
            }
            _ = try accept(anyOf: ["ASC", "DESC"])
        } while try accept(symbol: ",")
        try expect(symbol: ")")
        return parts
    }

    mutating func skipIndexOptions() throws {
        while true {
            if try accept(anyOf: ["KEY_BLOCK_SIZE", "ENGINE_ATTRIBUTE", "SECONDARY_ENGINE_ATTRIBUTE"]) {
                _ = try accept(symbol: "=")
                try skipOne()
            } else if try accept(["WITH", "PARSER"]) || accept("COMMENT") || accept("USING") || accept("TYPE") {
                try skipOne()
            } else if try !accept(anyOf: ["VISIBLE", "INVISIBLE"]) {
                return
            }
        }
    }
}
