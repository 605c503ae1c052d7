import ColumnarBytes
import MySQLProtocol

extension ColumnDefault {
    /// What a DEFAULT clause means for a column of this type.
    ///
    /// - Parameters:
    ///   - columnType: as in ``ColumnDefinition``.
    ///   - charset: of a text column; `nil` where it is not known yet, or there is none.
    init(_ value: DefaultValue, columnType: String, charset: String?) {
        switch value {
        case .null: self = .null
        case .expression(let text): self = .expression(text)
        case .literal(let literal):
            // A text column's type is known without its character set, too.
            let type = MySQLType(columnType: columnType, charset: charset ?? "utf8mb4")
            let shape = DefaultShape(columnType: columnType, charset: charset)
            self = type.flatMap { shape.constant(literal, type: $0) }.map { .constant($0) } ?? .literal(literal.written)
        }
    }

    /// The same default once the character set is known: what it cannot hold is no exact constant.
    func inCharset(_ charset: String) -> ColumnDefault {
        guard case .constant(let text) = self, !CharsetName.holds(text, in: charset) else { return self }
        return .literal("'\(text)'")
    }
}

/// Turns a constant into the text that the server keeps for it. `nil` wherever the server would round, guess or convert
/// in a way that is not certain. What each gives was seen on MySQL 9.7.
private struct DefaultShape {
    let columnType: String
    let charset: String?

    private var isZerofill: Bool { columnType.hasSuffix("zerofill") }

    /// The numbers in parentheses after the type's name.
    private var arguments: [Int] {
        var parser = SQLParser(Array(columnType.utf8), defaultDatabase: "", dialect: SQLDialect())
        guard (try? parser.identifier()) != nil else { return [] }
        return (try? parser.numbers()) ?? []
    }

    func constant(_ literal: SQLLiteral, type: MySQLType) -> String? {
        switch type {
        case .integer(let bytes, let isUnsigned): integer(literal, bytes: bytes, isUnsigned: isUnsigned)
        case .decimal(let precision, let scale): decimal(literal, precision: precision, scale: scale)
        case .float, .double: real(literal)
        case .bit(let bits): bit(literal, bits: bits)
        case .date: text(literal).flatMap(Self.date)
        case .dateTime(let fraction), .timestamp(let fraction):
            text(literal).flatMap { Self.dateTime($0, fraction: fraction) }
        case .time(let fraction): text(literal).flatMap { Self.time($0, fraction: fraction) }
        case .year: year(literal)
        // These have no constant default but in old versions, and '' there.
        case .text where columnType.contains("text"), .bytes where columnType.contains("blob"): nil
        case .text: string(literal)
        case .binary, .bytes: binary(literal)
        case .enumeration(let members): text(literal).flatMap { label in members.first { $0 == label } }
        case .set(let members): text(literal).flatMap { Self.set($0, members: members) }
        default: nil
        }
    }

    private func text(_ literal: SQLLiteral) -> String? {
        if case .text(let text) = literal.value { text } else { nil }
    }

    // MARK: Numbers

    private func integer(_ literal: SQLLiteral, bytes: Int, isUnsigned: Bool) -> String? {
        var number: DecimalText
        switch literal.value {
        case .bytes(let bytes):
            guard let value = Self.number(bytes) else { return nil }
            number = DecimalText(isNegative: false, integer: String(value), fraction: "")
        case .number(let text), .text(let text):
            guard let parsed = DecimalText(text) else { return nil }
            number = parsed
        case .unknown: return nil
        }
        guard number.fraction.isEmpty else { return nil }
        guard isZerofill, let width = arguments.first else { return number.text(scale: 0) }
        return String(repeating: "0", count: max(0, width - number.integer.count)) + number.integer
    }

    private func decimal(_ literal: SQLLiteral, precision: Int, scale: Int) -> String? {
        let text: String
        switch literal.value {
        case .number(let written), .text(let written): text = written
        case .bytes, .unknown: return nil
        }
        guard var number = DecimalText(text), number.fraction.count <= scale,
            number.integer == "0" || number.integer.count <= precision - scale
        else { return nil }
        if isZerofill {
            let missing = max(0, precision - scale - number.integer.count)
            number.integer = String(repeating: "0", count: missing) + number.integer
        }
        return number.text(scale: scale)
    }

    private func real(_ literal: SQLLiteral) -> String? {
        // FLOAT(M,D) rounds.
        guard arguments.isEmpty, !isZerofill else { return nil }
        switch literal.value {
        case .number(let text), .text(let text):
            let allowed = text.utf8.allSatisfy { ($0 >= 0x30 && $0 <= 0x39) || "+-.eE".utf8.contains($0) }
            return allowed && Double(text)?.isFinite == true ? text : nil
        case .bytes, .unknown: return nil
        }
    }

    private func bit(_ literal: SQLLiteral, bits: Int) -> String? {
        let value: UInt64?
        switch literal.value {
        case .bytes(let bytes): value = Self.number(bytes)
        case .number(let text): value = UInt64(text)
        // Of a string, BIT takes the bytes.
        case .text(let text): value = Self.number(Array(text.utf8))
        case .unknown: value = nil
        }
        guard let value, bits == 64 || value >> UInt64(bits) == 0 else { return nil }
        return "b'\(String(value, radix: 2))'"
    }

    /// The unsigned number that a hexadecimal or bit literal is.
    private static func number(_ bytes: [UInt8]) -> UInt64? {
        let significant = bytes.drop { $0 == 0 }
        guard significant.count <= 8 else { return nil }
        return significant.reduce(0) { $0 << 8 | UInt64($1) }
    }

    private func year(_ literal: SQLLiteral) -> String? {
        switch literal.value {
        case .number("0"), .number("0000"): return "0000"
        case .number(let text), .text(let text):
            // Two digits mean a century, '0' means 2000.
            guard text.utf8.count == 4, let year = UInt16(text), year > 1900, year <= 2155 else { return nil }
            return text
        case .bytes, .unknown: return nil
        }
    }

    // MARK: Dates and times

    private static func date(_ text: String) -> String? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count == 4, let year = digits(parts[0], most: 4),
            let month = digits(parts[1], most: 2), let day = digits(parts[2], most: 2)
        else { return nil }
        return "\(year)-\(padded(month))-\(padded(day))"
    }

    private static func dateTime(_ text: String, fraction: Int) -> String? {
        guard let space = text.firstIndex(where: { $0 == " " || $0 == "T" }) else {
            return date(text).flatMap { day in clock("00:00:00", fraction: fraction).map { "\(day) \($0)" } }
        }
        guard let day = date(String(text[..<space])),
            let clock = clock(text[text.index(after: space)...], fraction: fraction)
        else { return nil }
        return "\(day) \(clock)"
    }

    private static func time(_ text: String, fraction: Int) -> String? {
        let isNegative = text.hasPrefix("-")
        guard let clock = clock(isNegative ? text.dropFirst() : text[...], fraction: fraction) else { return nil }
        // -00:00:00 loses its sign.
        let isZero = clock.utf8.allSatisfy {
            $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".")
        }
        return (isNegative && !isZero ? "-" : "") + clock
    }

    /// `h:m:s[.f]` with as many digits as the type shows; `nil` where digits would be cut off.
    private static func clock(_ text: Substring, fraction: Int) -> String? {
        let halves = text.split(separator: ".", omittingEmptySubsequences: false)
        let parts = halves[0].split(separator: ":", omittingEmptySubsequences: false)
        guard halves.count <= 2, parts.count == 3, let hours = digits(parts[0], most: 3),
            let minutes = digits(parts[1], most: 2), let seconds = digits(parts[2], most: 2)
        else { return nil }
        var micros = ""
        if halves.count == 2 {
            guard let written = digits(halves[1], most: 6) else { return nil }
            micros = written
            while micros.utf8.count > fraction {
                guard micros.hasSuffix("0") else { return nil }
                micros.removeLast()
            }
        }
        micros += String(repeating: "0", count: fraction - micros.utf8.count)
        let whole = "\(padded(hours)):\(padded(minutes)):\(padded(seconds))"
        return fraction == 0 ? whole : "\(whole).\(micros)"
    }

    private static func digits(_ text: Substring, most: Int) -> String? {
        let isNumber = text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
        return isNumber && !text.isEmpty && text.utf8.count <= most ? String(text) : nil
    }

    private static func padded(_ digits: String) -> String { digits.utf8.count == 1 ? "0" + digits : digits }

    // MARK: Strings

    private func string(_ literal: SQLLiteral) -> String? {
        var text: String
        switch literal.value {
        case .text(let written): text = written
        case .number(let written):
            // Other forms are printed in another way.
            guard let number = DecimalText(written), number.integer.utf8.count < 16, !written.contains("e"),
                !written.contains("E"), number.text(scale: DecimalText.fractionDigits(written)) == written
            else { return nil }
            text = written
        case .bytes(let bytes):
            // They are the text's bytes in the column's character set.
            guard bytes.allSatisfy({ $0 < 0x80 }), let charset,
                ["utf8mb4", "utf8mb3", "ascii", "latin1"].contains(charset)
            else { return nil }
            text = String(decoding: bytes, as: UTF8.self)
        case .unknown: return nil
        }
        if let charset, !CharsetName.holds(text, in: charset) { return nil }
        // CHAR drops trailing spaces.
        if columnType.hasPrefix("char") {
            var scalars = text.unicodeScalars
            while scalars.last == " " { scalars.removeLast() }
            text = String(scalars)
        }
        return text
    }

    private func binary(_ literal: SQLLiteral) -> String? {
        let bytes: [UInt8]
        switch literal.value {
        case .bytes(let written): bytes = written
        // Beyond ASCII they depend on the session's character set.
        case .text(let text) where text.utf8.allSatisfy({ $0 < 0x80 }): bytes = Array(text.utf8)
        default: return nil
        }
        if bytes.isEmpty, columnType.hasPrefix("varbinary") { return "" }
        return "0x" + bytes.hexadecimal
    }

    private static func set(_ text: String, members: [String]) -> String? {
        if text.isEmpty { return "" }
        let chosen = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard chosen.allSatisfy(members.contains) else { return nil }
        return members.filter(chosen.contains).joined(separator: ",")
    }
}
