import MySQLProtocol

extension MySQLType {
    /// Reads `information_schema.COLUMNS.COLUMN_TYPE`.
    ///
    /// - Parameters:
    ///   - columnType: `int unsigned`, `decimal(12,2)`, `enum('a','it''s')` … in the server's spelling; the older
    ///     spelling
    ///     with display widths (`int(10) unsigned zerofill`) reads alike.
    ///   - charset: `CHARACTER_SET_NAME` of the column; only text needs it.
    /// - Returns: `nil` for a type that Leat cannot carry over exactly (MariaDB's INET6, UUID and COMPRESSED, the
    ///   binary
    ///   formats from before 5.6, text without a known character set, anything not understood).
    package init?(columnType: String, charset: String?) {
        // MariaDB's COMPRESSED, and the temporal formats from before 5.6, are marked in comments.
        guard columnType.hasPrefix("enum") || columnType.hasPrefix("set") || !columnType.contains("/*") else {
            return nil
        }
        // In this text strings always carry backslash escapes, whatever the sql_mode (sql/field.cc, append_unescaped).
        var parser = SQLParser(Array(columnType.utf8), defaultDatabase: "", dialect: SQLDialect())
        guard let type = try? Self.parse(&parser, charset: charset) else { return nil }
        self = type
    }

    private static func parse(_ parser: inout SQLParser, charset: String?) throws -> MySQLType? {
        let name = try parser.identifier().lowercased()
        let isEnumeration = name == "enum" || name == "set"
        let members = isEnumeration ? try parser.stringList() : []
        let arguments = isEnumeration ? [] : try parser.numbers()
        var isUnsigned = false
        var isKnown = true
        while try !parser.isAtEnd() {
            if try parser.accept("UNSIGNED") {
                isUnsigned = true
            } else if try parser.accept("ZEROFILL") {
                isUnsigned = true
            } else {
                isKnown = false
                try parser.skipOne()
            }
        }
        guard isKnown else { return nil }
        return type(name, arguments: arguments, members: members, isUnsigned: isUnsigned, charset: charset)
    }

    private static func type(
        _ name: String,
        arguments: [Int],
        members: [String],
        isUnsigned: Bool,
        charset: String?
    ) -> MySQLType? {
        let first = arguments.first
        switch name {
        case "tinyint": return .integer(bytes: 1, isUnsigned: isUnsigned)
        case "smallint": return .integer(bytes: 2, isUnsigned: isUnsigned)
        case "mediumint": return .integer(bytes: 3, isUnsigned: isUnsigned)
        case "int": return .integer(bytes: 4, isUnsigned: isUnsigned)
        case "bigint": return .integer(bytes: 8, isUnsigned: isUnsigned)
        case "decimal":
            let precision = first ?? 10
            let scale = arguments.count > 1 ? arguments[1] : 0
            guard (1...65).contains(precision), (0...30).contains(scale), scale <= precision else { return nil }
            return .decimal(precision: precision, scale: scale)
        case "float": return .float
        case "double": return .double
        case "bit":
            let bits = first ?? 1
            return (1...64).contains(bits) ? .bit(bits) : nil
        case "date": return .date
        case "datetime": return fraction(first).map { .dateTime(fraction: $0) }
        case "timestamp": return fraction(first).map { .timestamp(fraction: $0) }
        case "time": return fraction(first).map { .time(fraction: $0) }
        case "year": return .year
        case "char", "varchar", "tinytext", "text", "mediumtext", "longtext":
            return charset.flatMap { MySQLCharset(named: $0) }.map { .text($0) }
        case "binary":
            let length = first ?? 1
            return (0...255).contains(length) ? .binary(length: length) : nil
        case "varbinary", "tinyblob", "blob", "mediumblob", "longblob": return .bytes
        case "enum": return members.isEmpty ? nil : .enumeration(members)
        case "set": return (1...64).contains(members.count) ? .set(members) : nil
        case "json": return .json
        case "geometry", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon",
            "geometrycollection", "geomcollection":
            return .geometry
        case "vector": return .vector
        default: return nil
        }
    }

    private static func fraction(_ digits: Int?) -> Int? {
        let digits = digits ?? 0
        return (0...6).contains(digits) ? digits : nil
    }
}

extension MySQLCharset {
    /// - Parameter name: a character set as MySQL names it. `nil` for `binary`: such text is bytes.
    package init?(named name: String) {
        switch name.lowercased() {
        case "utf8mb4", "utf8mb3", "utf8", "ascii", "us-ascii": self = .utf8
        case "binary", "": return nil
        case let other: self = .other(other)
        }
    }
}

extension SQLParser {
    /// `(1, 2)` if it comes next: numbers, empty without parentheses. Each is at most 9 digits.
    mutating func numbers() throws -> [Int] {
        guard try accept(symbol: "(") else { return [] }
        var numbers: [Int] = []
        repeat {
            guard let token = try peek(), token.kind == .word, token.range.count <= 9,
                let number = Int(tokenizer.text(token)), number >= 0
            else { throw SQLSyntaxError("expected a number \(try here())") }
            numbers.append(number)
            try advance()
        } while try accept(symbol: ",")
        try expect(symbol: ")")
        return numbers
    }

    /// `('a', 'b')`: the members of an ENUM or SET.
    mutating func stringList() throws -> [String] {
        try expect(symbol: "(")
        var strings: [String] = []
        repeat {
            guard let token = try peek(), token.kind == .string else {
                throw SQLSyntaxError("expected a string \(try here())")
            }
            strings.append(try tokenizer.value(token))
            try advance()
        } while try accept(symbol: ",")
        try expect(symbol: ")")
        return strings
    }
}
