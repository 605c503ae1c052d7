extension SQLParser {
    /// What follows DEFAULT.
    mutating func defaultValue() throws -> DefaultValue {
        if try accept("NULL") { return .null }
        if try accept("TRUE") { return .literal(SQLLiteral(.number("1"), written: "TRUE")) }
        if try accept("FALSE") { return .literal(SQLLiteral(.number("0"), written: "FALSE")) }
        let start = position
        if try isAt(symbol: "(") {
            try skipParentheses()
            return .expression(text(from: start, to: position))
        }
        if try accept(symbol: "-") {
            let number = "-" + (try number())
            return .literal(SQLLiteral(.number(number), written: number))
        }
        if try accept(symbol: "+") || isAt(symbol: ".") {
            let number = try number()
            return .literal(SQLLiteral(.number(number), written: number))
        }
        guard let token = try peek(), token.kind == .string || token.kind == .word else {
            throw SQLSyntaxError("expected a default \(try here())")
        }
        if token.kind == .string { return .literal(try strings(from: start) { .text($0) }) }
        let word = tokenizer.text(token)
        if let next = try peek(1), next.kind == .string {
            try advance()
            return .literal(try introduced(by: word.lowercased(), from: start))
        }
        if let digit = word.utf8.first, digit >= 0x30, digit <= 0x39 {
            let number = try number()
            return .literal(SQLLiteral(Self.hexadecimal(number) ?? .number(number), written: number))
        }
        // CURRENT_TIMESTAMP, NOW(6) …
        try advance()
        if try isAt(symbol: "(") { try skipParentheses() }
        return .expression(text(from: start, to: position))
    }

    /// Strings that follow each other are one.
    private mutating func strings(
        from start: Int,
        value: (String) -> SQLLiteral.Value
    ) throws -> SQLLiteral {
        var content = ""
        while let token = try peek(), token.kind == .string {
            content += try tokenizer.value(token)
            try advance()
        }
        return SQLLiteral(value(content), written: text(from: start, to: position))
    }

    /// `x'41'`, `b'101'`, `n'é'`, `_utf8mb4'é'`: the string that comes next.
    private mutating func introduced(by word: String, from start: Int) throws -> SQLLiteral {
        try strings(from: start) { content in
            switch word {
            case "x": Self.hexadecimal("0x" + content) ?? .unknown
            case "b": Self.bits(content) ?? .unknown
            case "n", "_utf8mb4", "_utf8mb3", "_utf8": .text(content)
            // In any other character set the bytes mean something else.
            case "_latin1", "_ascii": content.utf8.allSatisfy { $0 < 0x80 } ? .text(content) : .unknown
            default: .unknown
            }
        }
    }

    private static func hexadecimal(_ text: String) -> SQLLiteral.Value? {
        guard text.hasPrefix("0x") else { return text.hasPrefix("0b") ? bits(String(text.dropFirst(2))) : nil }
        var bytes: [UInt8] = []
        var digits = Array(text.utf8.dropFirst(2))
        if digits.count % 2 == 1 { digits.insert(UInt8(ascii: "0"), at: 0) }
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16) else {
                return .unknown
            }
            bytes.append(byte)
        }
        return .bytes(bytes)
    }

    private static func bits(_ digits: String) -> SQLLiteral.Value? {
        guard digits.utf8.count <= 64, !digits.isEmpty, let value = UInt64(digits, radix: 2), !digits.hasPrefix("+")
        else { return .unknown }
        let count = (digits.utf8.count + 7) / 8
        return .bytes((0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> UInt64($0 * 8)) })
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
}
