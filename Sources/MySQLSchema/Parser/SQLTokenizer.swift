/// Cuts a statement into tokens as MySQL's lexer does: comments vanish, executable comments (`/*!80000 … */`, MariaDB's
/// `/*M! … */`) are read as text where the server that wrote the statement ran them.
///
/// Rules: https://dev.mysql.com/doc/refman/9.4/en/comments.html, …/string-literals.html, …/identifiers.html.
struct SQLTokenizer {
    let bytes: [UInt8]
    let dialect: SQLDialect
    private(set) var position = 0
    /// Executable comments we are inside of; each ends with `*/`.
    private var openComments = 0

    init(_ bytes: [UInt8], dialect: SQLDialect) {
        self.bytes = bytes
        self.dialect = dialect
    }

    private func byte(at index: Int) -> UInt8? {
        index < bytes.count ? bytes[index] : nil
    }

    /// The next token, `nil` at the end.
    mutating func next() throws(SQLSyntaxError) -> SQLToken? {
        while let byte = byte(at: position) {
            switch byte {
            case 0x00, 0x09...0x0D, 0x20:
                // A trailing NUL comes with some servers' Query events.
                position += 1
            case UInt8(ascii: "#"):
                skipLine()
            case UInt8(ascii: "-") where isDashComment:
                skipLine()
            case UInt8(ascii: "/") where self.byte(at: position + 1) == UInt8(ascii: "*"):
                try enterComment()
            case UInt8(ascii: "*") where openComments > 0 && self.byte(at: position + 1) == UInt8(ascii: "/"):
                openComments -= 1
                position += 2
            case UInt8(ascii: "`"):
                return try quoted(by: byte, as: .quotedName, escapes: false)
            case UInt8(ascii: "\""):
                return dialect.ansiQuotes
                    ? try quoted(by: byte, as: .quotedName, escapes: false)
                    : try quoted(by: byte, as: .string, escapes: !dialect.noBackslashEscapes)
            case UInt8(ascii: "'"):
                return try quoted(by: byte, as: .string, escapes: !dialect.noBackslashEscapes)
            case _ where Self.isWordByte(byte):
                let start = position
                while let next = self.byte(at: position), Self.isWordByte(next) { position += 1 }
                return SQLToken(kind: .word, range: start..<position)
            default:
                position += 1
                return SQLToken(kind: .symbol(byte), range: position - 1..<position)
            }
        }
        return nil
    }

    static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...0xFF:
            true
        default: false
        }
    }

    /// `--` starts a comment only before white space, a control character or the end.
    private var isDashComment: Bool {
        guard byte(at: position + 1) == UInt8(ascii: "-") else { return false }
        guard let after = byte(at: position + 2) else { return true }
        return after <= 0x20 || after == 0x7F
    }

    private mutating func skipLine() {
        while let byte = byte(at: position), byte != UInt8(ascii: "\n") { position += 1 }
    }

    private mutating func enterComment() throws(SQLSyntaxError) {
        var index = position + 2
        var isMariaDBOnly = false
        if byte(at: index) == UInt8(ascii: "M"), byte(at: index + 1) == UInt8(ascii: "!") {
            isMariaDBOnly = true
            index += 1
        }
        guard byte(at: index) == UInt8(ascii: "!") else {
            position = try endOfComment(from: position + 2, nested: false)
            return
        }
        index += 1
        var version = 0
        var digits = 0
        while digits < 6, let byte = byte(at: index), byte >= 0x30, byte <= 0x39 {
            version = version * 10 + Int(byte - 0x30)
            digits += 1
            index += 1
        }
        // MySQL takes a sixth digit as part of the version only before white space.
        if digits == 6, dialect.server == .mySQL, let after = byte(at: index), after > 0x20 {
            version /= 10
            digits = 5
            index -= 1
        }
        if digits > 0, digits < 5 {
            index -= digits
            version = 0
        }
        if dialect.executesComment(version: version, mariaDBOnly: isMariaDBOnly) {
            openComments += 1
            position = index
        } else {
            position = try endOfComment(from: index, nested: true)
        }
    }

    /// One past the `*/` of the comment whose text starts at `start`.
    private func endOfComment(from start: Int, nested: Bool) throws(SQLSyntaxError) -> Int {
        var index = start
        var depth = 1
        while let byte = byte(at: index) {
            if byte == UInt8(ascii: "*"), self.byte(at: index + 1) == UInt8(ascii: "/") {
                index += 2
                depth -= 1
                if depth == 0 { return index }
            } else if nested, byte == UInt8(ascii: "/"), self.byte(at: index + 1) == UInt8(ascii: "*") {
                index += 2
                depth += 1
            } else {
                index += 1
            }
        }
        throw SQLSyntaxError("a comment does not end")
    }

    private mutating func quoted(
        by quote: UInt8,
        as kind: SQLToken.Kind,
        escapes: Bool
    ) throws(SQLSyntaxError) -> SQLToken {
        let start = position
        var index = position + 1
        while let byte = byte(at: index) {
            if byte == UInt8(ascii: "\\"), escapes {
                index += 2
            } else if byte == quote {
                if self.byte(at: index + 1) == quote {
                    index += 2
                } else {
                    position = index + 1
                    return SQLToken(kind: kind, range: start..<position)
                }
            } else {
                index += 1
            }
        }
        throw SQLSyntaxError("a quoted \(kind == .string ? "string" : "name") does not end")
    }

    // MARK: Tokens' texts

    /// The token as written.
    func text(_ token: SQLToken) -> String {
        String(decoding: bytes[token.range], as: UTF8.self)
    }

    /// Whether the token is this unquoted word. `keyword` is in capitals.
    func isWord(_ token: SQLToken, _ keyword: String) -> Bool {
        guard token.kind == .word, token.range.count == keyword.utf8.count else { return false }
        for (byte, expected) in zip(bytes[token.range], keyword.utf8) {
            let isLower = byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")
            if (isLower ? byte - 0x20 : byte) != expected { return false }
        }
        return true
    }

    /// A quoted token without its quotes and escapes; any other token as written.
    /// - Throws: where it is not UTF-8: a name that cannot be read must not pass for another.
    func value(_ token: SQLToken) throws(SQLSyntaxError) -> String {
        var content: [UInt8] = []
        switch token.kind {
        case .word, .symbol:
            content = Array(bytes[token.range])
        case .quotedName, .string:
            guard token.range.count >= 2 else { throw SQLSyntaxError("a quoted text without its quotes") }
            let quote = bytes[token.range.lowerBound]
            let escapes = token.kind == .string && !dialect.noBackslashEscapes
            var index = token.range.lowerBound + 1
            let end = token.range.upperBound - 1
            content.reserveCapacity(end - index)
            while index < end {
                let byte = bytes[index]
                if byte == UInt8(ascii: "\\"), escapes, index + 1 < end {
                    content.append(contentsOf: Self.unescaped(bytes[index + 1]))
                    index += 2
                } else {
                    content.append(byte)
                    index += byte == quote ? 2 : 1
                }
            }
        }
        guard dialect.isUTF8 || content.allSatisfy({ $0 < 0x80 }) else {
            throw SQLSyntaxError("a name or string beyond ASCII in a session that does not use UTF-8")
        }
        guard let text = String(validating: content, as: UTF8.self) else {
            throw SQLSyntaxError("a name or string is not UTF-8")
        }
        return text
    }

    /// What a backslash and `byte` stand for in a string literal.
    private static func unescaped(_ byte: UInt8) -> [UInt8] {
        switch byte {
        case UInt8(ascii: "0"): [0x00]
        case UInt8(ascii: "b"): [0x08]
        case UInt8(ascii: "n"): [0x0A]
        case UInt8(ascii: "r"): [0x0D]
        case UInt8(ascii: "t"): [0x09]
        case UInt8(ascii: "Z"): [0x1A]
        // Kept as they are: they mean something only to LIKE.
        case UInt8(ascii: "%"), UInt8(ascii: "_"): [UInt8(ascii: "\\"), byte]
        default: [byte]
        }
    }
}
