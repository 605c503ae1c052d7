extension SQLParser {
    struct ParsedColumn {
        var column: ColumnDefinition
        var position: ColumnPosition
        /// The keys that the column's own attributes define.
        var keys: [KeyDefinition]
        /// `REFERENCES`: a foreign key since MySQL 9.0.
        var hasReference = false
    }

    /// `name type attributes… [FIRST | AFTER column]`, up to the comma or parenthesis after it.
    mutating func columnDefinition() throws -> ParsedColumn {
        let name = try identifier()
        let type = try columnType()
        var isNullable = true
        var hasNullability = false
        var isAutoIncrement = false
        var hasReference = false
        var defaultValue: DefaultValue?
        var generation = ColumnGeneration.none
        var isInvisible = false
        var charset = type.charset
        var collation: String?
        var position = ColumnPosition.unspecified
        var keys: [KeyDefinition] = []
        let ownPart = [KeyDefinition.Part(column: name)]
        if type.isSerial {
            isNullable = false
            isAutoIncrement = true
            keys.append(KeyDefinition(kind: .unique, parts: ownPart))
        }
        // ALTER TABLE may continue with partitioning, without a comma.
        while try !isAtEnd(), try !isAt(symbol: ","), try !isAt(symbol: ")"), try !isAt(anyOf: ["PARTITION", "REMOVE"])
        {
            if try accept(["NOT", "NULL"]) {
                isNullable = false
                hasNullability = true
            } else if try accept("NULL") {
                isNullable = true
                hasNullability = true
            } else if try accept("DEFAULT") {
                defaultValue = try self.defaultValue()
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
                keys.append(KeyDefinition(kind: .primary, parts: ownPart))
            } else if try accept("UNIQUE") {
                _ = try accept("KEY")
                keys.append(KeyDefinition(kind: .unique, parts: ownPart))
            } else if try accept(["CHARACTER", "SET"]) || accept(["CHAR", "SET"]) || accept("CHARSET") {
                charset = CharsetName.normalized(try stringOrIdentifier())
            } else if try accept("COLLATE") {
                let name = CharsetName.normalizedCollation(try stringOrIdentifier())
                collation = name
                if charset == nil { charset = CharsetName.ofCollation(name) }
            } else if try accept("FIRST") {
                position = .first
            } else if try accept("AFTER") {
                position = .after(try identifier())
            } else if try accept("AUTO_INCREMENT") {
                isNullable = false
                isAutoIncrement = true
            } else if try accept(["SERIAL", "DEFAULT", "VALUE"]) {
                isNullable = false
                isAutoIncrement = true
                keys.append(KeyDefinition(kind: .unique, parts: ownPart))
            } else if try accept("VISIBLE") || accept(["NOT", "SECONDARY"]) {
                continue
            } else if try accept(anyOf: Self.valueAttributes) {
                _ = try accept(symbol: "=")
                try skipOne()
            } else if try accept("CONSTRAINT") {
                if try !isAt("CHECK") { _ = try identifier() }
                guard try isAt("CHECK") else { throw SQLSyntaxError("expected CHECK \(try here())") }
            } else if try accept("CHECK") {
                guard try isAt(symbol: "(") else { throw SQLSyntaxError("expected an expression \(try here())") }
                try skipParentheses()
                if try !accept(["NOT", "ENFORCED"]) { _ = try accept("ENFORCED") }
            } else if try accept("REFERENCES") {
                hasReference = true
                while try !isAtEnd(), try !isAt(symbol: ","), try !isAt(symbol: ")"),
                    try !isAt(anyOf: ["FIRST", "AFTER", "PARTITION", "REMOVE"])
                {
                    try skipOne()
                }
            } else {
                throw SQLSyntaxError("unknown column attribute \(try here())")
            }
        }
        if type.text.hasPrefix("timestamp"), !hasNullability, !tokenizer.dialect.explicitDefaultsForTimestamp {
            throw SQLSyntaxError("a TIMESTAMP column without NULL or NOT NULL (explicit_defaults_for_timestamp is off)")
        }
        let hasCharset = ColumnDefinition.hasCharset(type.text)
        // Only text has a character set: MySQL lets it stand after any type that has none.
        let stored = hasCharset ? charset.map { ColumnTypeText.stored(type.text, charset: $0) } ?? type.text : type.text
        let isText = ColumnDefinition.hasCharset(stored)
        let implied: ColumnDefault = isNullable && generation == .none ? .null : .none
        let column = ColumnDefinition(
            name: name,
            columnType: stored,
            isNullable: isNullable,
            defaultValue: defaultValue.map {
                ColumnDefault($0, columnType: stored, charset: isText ? charset : nil)
            } ?? implied,
            generation: generation,
            isInvisible: isInvisible,
            isAutoIncrement: isAutoIncrement,
            charset: isText ? charset : nil,
            collation: isText ? collation : nil
        )
        return ParsedColumn(column: column, position: position, keys: keys, hasReference: hasReference)
    }

    /// Attributes with a value that says nothing about rows.
    private static let valueAttributes = [
        "COMMENT", "COLUMN_FORMAT", "STORAGE", "SRID", "REF_SYSTEM_ID", "ENGINE_ATTRIBUTE",
        "SECONDARY_ENGINE_ATTRIBUTE",
    ]

    mutating func stringOrIdentifier() throws -> String {
        _ = try accept(symbol: "=")
        guard let token = try peek() else { throw SQLSyntaxError("expected a name at the end") }
        guard token.kind == .string else { return try identifier() }
        try advance()
        return try tokenizer.value(token)
    }
}
