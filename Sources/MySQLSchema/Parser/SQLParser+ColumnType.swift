extension SQLParser {
    struct ParsedType {
        /// As `information_schema.COLUMNS.COLUMN_TYPE` of MySQL 8 and later prints it.
        var text: String
        /// What the type itself says about the character set (NCHAR, ASCII …).
        var charset: String?
        /// SERIAL: BIGINT UNSIGNED NOT NULL AUTO_INCREMENT UNIQUE.
        var isSerial = false
    }

    /// A data type with its synonyms resolved: https://dev.mysql.com/doc/refman/9.4/en/data-types.html.
    mutating func columnType() throws -> ParsedType {
        guard let token = try peek(), token.kind == .word else {
            throw SQLSyntaxError("expected a data type \(try here())")
        }
        try advance()
        let name = tokenizer.text(token).uppercased()
        if let numeric = try numericType(name) { return numeric }
        if let text = try textType(name) { return text }
        switch name {
        case "DATE": return ParsedType(text: "date")
        case "YEAR":
            _ = try numbers()
            return ParsedType(text: "year")
        case "TIME", "DATETIME", "TIMESTAMP":
            let digits = try numbers().first ?? 0
            return ParsedType(text: name.lowercased() + (digits == 0 ? "" : "(\(digits))"))
        case "BINARY":
            return ParsedType(text: "binary(\(try numbers().first ?? 1))")
        case "VARBINARY":
            guard let length = try numbers().first else { throw SQLSyntaxError("VARBINARY without a length") }
            return ParsedType(
                text: length > 65_535 ? ColumnTypeText.sized("blob", bytes: length) : "varbinary(\(length))"
            )
        case "TINYBLOB", "MEDIUMBLOB", "LONGBLOB": return ParsedType(text: name.lowercased())
        case "BLOB": return ParsedType(text: ColumnTypeText.sized("blob", bytes: try numbers().first ?? 0))
        // MariaDB's JSON is LONGTEXT.
        case "JSON":
            return tokenizer.dialect.server == .mariaDB
                ? ParsedType(text: "longtext", charset: "utf8mb4") : ParsedType(text: "json")
        case "GEOMETRY", "POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON":
            return ParsedType(text: name.lowercased())
        case "GEOMETRYCOLLECTION", "GEOMCOLLECTION": return ParsedType(text: "geomcollection")
        case "VECTOR": return ParsedType(text: "vector(\(try numbers().first ?? 2048))")
        // MariaDB's own; kept by name, without a MySQLType.
        case "INET4", "INET6", "UUID", "XMLTYPE":
            return ParsedType(text: name.lowercased())
        default: throw SQLSyntaxError("unknown data type '\(name.prefix(40))'")
        }
    }

    private mutating func numericType(_ name: String) throws -> ParsedType? {
        let text: String
        // MySQL 8.0.19 and later print a display width only with ZEROFILL, and for tinyint(1).
        var width: Int?
        switch name {
        case "TINYINT", "INT1":
            width = try numbers().first ?? 3
            text = "tinyint"
        case "BOOL", "BOOLEAN": return ParsedType(text: "tinyint(1)")
        case "SERIAL": return ParsedType(text: "bigint unsigned", isSerial: true)
        case "SMALLINT", "INT2":
            width = try numbers().first ?? 5
            text = "smallint"
        case "MEDIUMINT", "INT3", "MIDDLEINT":
            width = try numbers().first ?? 8
            text = "mediumint"
        case "INT", "INTEGER", "INT4":
            width = try numbers().first ?? 10
            text = "int"
        case "BIGINT", "INT8":
            width = try numbers().first ?? 20
            text = "bigint"
        case "BIT": return ParsedType(text: "bit(\(try numbers().first ?? 1))")
        case "DECIMAL", "DEC", "NUMERIC", "FIXED", "NUMBER":
            let arguments = try numbers()
            text = "decimal(\(arguments.first ?? 10),\(arguments.count > 1 ? arguments[1] : 0))"
        case "FLOAT", "FLOAT4":
            let arguments = try numbers()
            if arguments.count == 2 {
                text = "float(\(arguments[0]),\(arguments[1]))"
            } else {
                // FLOAT(p) only chooses between the two types.
                text = (arguments.first ?? 0) > 24 ? "double" : "float"
            }
        case "DOUBLE", "FLOAT8", "REAL":
            if name == "DOUBLE" { _ = try accept("PRECISION") }
            let type = name == "REAL" && tokenizer.dialect.realAsFloat ? "float" : "double"
            let arguments = try numbers()
            text = arguments.count == 2 ? "\(type)(\(arguments[0]),\(arguments[1]))" : type
        default: return nil
        }
        var isUnsigned = false
        var isZerofill = false
        while true {
            if try accept("UNSIGNED") {
                isUnsigned = true
            } else if try accept("ZEROFILL") {
                isZerofill = true
            } else if try !accept("SIGNED") {
                break
            }
        }
        guard isZerofill else {
            return ParsedType(text: text + (isUnsigned ? " unsigned" : text == "tinyint" && width == 1 ? "(1)" : ""))
        }
        return ParsedType(text: text + (width.map { "(\($0))" } ?? "") + " unsigned zerofill")
    }

    private mutating func textType(_ name: String) throws -> ParsedType? {
        var type: ParsedType
        switch name {
        case "CHAR", "CHARACTER":
            type = try character(isVarying: try accept("VARYING"), charset: nil)
        case "VARCHAR", "VARCHARACTER", "VARCHAR2": type = try character(isVarying: true, charset: nil)
        case "NCHAR": type = try character(isVarying: try accept(anyOf: ["VARYING", "VARCHAR"]), charset: "utf8mb3")
        case "NVARCHAR": type = try character(isVarying: true, charset: "utf8mb3")
        case "NATIONAL":
            let isCharacter = try accept(anyOf: ["CHAR", "CHARACTER"])
            let isVarying = try accept(anyOf: ["VARYING", "VARCHAR", "VARCHARACTER"])
            guard isCharacter || isVarying else { throw SQLSyntaxError("expected CHAR \(try here())") }
            type = try character(isVarying: isVarying, charset: "utf8mb3")
        case "TINYTEXT", "MEDIUMTEXT", "LONGTEXT": type = ParsedType(text: name.lowercased())
        case "TEXT":
            // How much TEXT(n) holds depends on the character set.
            let length = try numbers().first ?? 0
            type = ParsedType(text: length == 0 ? "text" : "text(\(length))")
        case "CLOB": type = ParsedType(text: "longtext")
        case "LONG":
            if try accept("VARBINARY") { return ParsedType(text: "mediumblob") }
            if try accept(anyOf: ["CHAR", "CHARACTER"]) {
                try expect("VARYING")
            } else {
                _ = try accept(anyOf: ["VARCHAR", "VARCHARACTER"])
            }
            type = ParsedType(text: "mediumtext")
        case "ENUM", "SET":
            let members = try stringList().map(Self.memberLiteral).joined(separator: ",")
            type = ParsedType(text: "\(name.lowercased())(\(members))")
        default: return nil
        }
        // The old short forms: ASCII is latin1 and UNICODE is ucs2 (MySQL manual, "The ASCII attribute").
        while true {
            if try accept("ASCII") {
                type.charset = "latin1"
            } else if try accept("UNICODE") {
                type.charset = "ucs2"
            } else if try accept("BYTE") {
                type.charset = "binary"
            } else if try !accept("BINARY") {
                return type
            }
        }
    }

    private mutating func character(isVarying: Bool, charset: String?) throws -> ParsedType {
        let length = try numbers().first
        if isVarying, length == nil { throw SQLSyntaxError("VARCHAR without a length") }
        return ParsedType(text: "\(isVarying ? "varchar" : "char")(\(length ?? 1))", charset: charset)
    }

    /// A member of an ENUM or SET as `information_schema` prints it (sql/field.cc, append_unescaped).
    private static func memberLiteral(_ member: String) -> String {
        var literal = "'"
        // MySQL cuts trailing spaces off members.
        var scalars = member.unicodeScalars[...]
        while scalars.last == " " { scalars.removeLast() }
        for scalar in scalars {
            switch scalar {
            case "\0": literal += "\\0"
            case "\n": literal += "\\n"
            case "\r": literal += "\\r"
            case "\\": literal += "\\\\"
            case "'": literal += "''"
            default: literal.unicodeScalars.append(scalar)
            }
        }
        return literal + "'"
    }
}
