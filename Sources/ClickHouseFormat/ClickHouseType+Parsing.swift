extension ClickHouseType {
    /// How many types may lie inside each other. ClickHouse itself allows more; nothing real uses it.
    public static let nestingMax = 32
    /// The longest name that is parsed: an `Enum16` with all its names fits.
    public static let nameBytesMax = 16 << 20

    /// Parses a type's name, such as `Nullable(Decimal(12, 2))`.
    ///
    /// A name that is well formed but unknown becomes `.other`.
    public init(parsing name: String) throws(ClickHouseTypeError) {
        if name.utf8.count > Self.nameBytesMax { throw .tooLong }
        var parser = TypeNameParser(Array(name.utf8))
        self = try parser.parseWhole()
    }
}

/// A recursive descent over the bytes of a type's name.
private struct TypeNameParser {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func parseWhole() throws(ClickHouseTypeError) -> ClickHouseType {
        let type = try parseType(depth: 0)
        skipSpaces()
        if position != bytes.count { throw malformed() }
        return type
    }

    private func malformed() -> ClickHouseTypeError {
        .malformed(name: String(decoding: bytes.prefix(200), as: UTF8.self), offset: position)
    }

    private mutating func parseType(depth: Int) throws(ClickHouseTypeError) -> ClickHouseType {
        if depth > ClickHouseType.nestingMax { throw .nestedTooDeeply }
        skipSpaces()
        let start = position
        let name = try word()
        if let simple = simpleType(name), peekPastSpaces() != UInt8(ascii: "(") { return simple }
        switch name {
        case "Nullable": return .nullable(try parseOne(depth))
        case "LowCardinality": return .lowCardinality(try parseOne(depth))
        case "Array": return .array(try parseOne(depth))
        case "Map":
            try expect(UInt8(ascii: "("))
            let key = try parseType(depth: depth + 1)
            try expect(UInt8(ascii: ","))
            let value = try parseType(depth: depth + 1)
            try expect(UInt8(ascii: ")"))
            return .map(key: key, value: value)
        case "Tuple" where peekPastSpaces() == UInt8(ascii: "("): return .tuple(try tupleElements(depth))
        case "FixedString":
            let length = try integers(1...1)[0]
            if length < 1 { throw malformed() }
            return .fixedString(length: length)
        case "Decimal":
            let arguments = try integers(1...2)
            return try decimal(precision: arguments[0], scale: arguments.count == 2 ? arguments[1] : 0)
        case "Decimal32": return try decimal(precision: 9, scale: try integers(1...1)[0])
        case "Decimal64": return try decimal(precision: 18, scale: try integers(1...1)[0])
        case "Decimal128": return try decimal(precision: 38, scale: try integers(1...1)[0])
        case "Decimal256": return try decimal(precision: 76, scale: try integers(1...1)[0])
        case "DateTime":
            try expect(UInt8(ascii: "("))
            let zone = try quotedText()
            try expect(UInt8(ascii: ")"))
            return .dateTime(timeZone: zone)
        case "DateTime64": return try dateTime64()
        case "Time64": return .time64(precision: try tickPrecision(try integers(1...1)[0]))
        case "Enum8": return .enum8(try enumMembers())
        case "Enum16": return .enum16(try enumMembers())
        case "SimpleAggregateFunction":
            try expect(UInt8(ascii: "("))
            skipSpaces()
            let functionStart = position
            _ = try word()
            if peek() == UInt8(ascii: "(") { try skipParentheses() }
            let function = text(from: functionStart)
            try expect(UInt8(ascii: ","))
            let type = try parseType(depth: depth + 1)
            try expect(UInt8(ascii: ")"))
            return .simpleAggregateFunction(function: function, type)
        default:
            if peek() == UInt8(ascii: "(") { try skipParentheses() }
            return .other(text(from: start))
        }
    }

    private func simpleType(_ name: String) -> ClickHouseType? {
        switch name {
        case "Int8": .integer(bytes: 1, isSigned: true)
        case "Int16": .integer(bytes: 2, isSigned: true)
        case "Int32": .integer(bytes: 4, isSigned: true)
        case "Int64": .integer(bytes: 8, isSigned: true)
        case "Int128": .integer(bytes: 16, isSigned: true)
        case "Int256": .integer(bytes: 32, isSigned: true)
        case "UInt8": .integer(bytes: 1, isSigned: false)
        case "UInt16": .integer(bytes: 2, isSigned: false)
        case "UInt32": .integer(bytes: 4, isSigned: false)
        case "UInt64": .integer(bytes: 8, isSigned: false)
        case "UInt128": .integer(bytes: 16, isSigned: false)
        case "UInt256": .integer(bytes: 32, isSigned: false)
        case "Float32": .float(bytes: 4)
        case "Float64": .float(bytes: 8)
        case "Bool": .bool
        case "String": .string
        case "UUID": .uuid
        case "IPv4": .ipv4
        case "IPv6": .ipv6
        case "Date": .date
        case "Date32": .date32
        case "DateTime": .dateTime(timeZone: nil)
        case "DateTime64": .dateTime64(precision: 3, timeZone: nil)
        case "Time": .time
        case "Time64": .time64(precision: 3)
        case "Decimal": .decimal(precision: 10, scale: 0)
        case "Nothing": .nothing
        default: nil
        }
    }

    private mutating func parseOne(_ depth: Int) throws(ClickHouseTypeError) -> ClickHouseType {
        try expect(UInt8(ascii: "("))
        let type = try parseType(depth: depth + 1)
        try expect(UInt8(ascii: ")"))
        return type
    }

    private mutating func decimal(precision: Int, scale: Int) throws(ClickHouseTypeError) -> ClickHouseType {
        if precision < 1 || precision > 76 || scale < 0 || scale > precision { throw malformed() }
        return .decimal(precision: precision, scale: scale)
    }

    private func tickPrecision(_ value: Int) throws(ClickHouseTypeError) -> Int {
        if value < 0 || value > 9 { throw malformed() }
        return value
    }

    private mutating func dateTime64() throws(ClickHouseTypeError) -> ClickHouseType {
        try expect(UInt8(ascii: "("))
        let precision = try tickPrecision(try integer())
        var zone: String?
        if peekPastSpaces() == UInt8(ascii: ",") {
            try expect(UInt8(ascii: ","))
            zone = try quotedText()
        }
        try expect(UInt8(ascii: ")"))
        return .dateTime64(precision: precision, timeZone: zone)
    }

    private mutating func enumMembers() throws(ClickHouseTypeError) -> [ClickHouseType.EnumMember] {
        try expect(UInt8(ascii: "("))
        var members: [ClickHouseType.EnumMember] = []
        while true {
            let name = try quotedText()
            try expect(UInt8(ascii: "="))
            guard let value = Int16(exactly: try integer()) else { throw malformed() }
            members.append(.init(name: name, value: value))
            if peekPastSpaces() != UInt8(ascii: ",") { break }
            try expect(UInt8(ascii: ","))
        }
        try expect(UInt8(ascii: ")"))
        return members
    }

    /// `Tuple(a Int8, b String)` or `Tuple(Int8, String)`: a name is a word that another word follows.
    private mutating func tupleElements(_ depth: Int) throws(ClickHouseTypeError) -> [ClickHouseType.TupleElement] {
        try expect(UInt8(ascii: "("))
        var elements: [ClickHouseType.TupleElement] = []
        if peekPastSpaces() == UInt8(ascii: ")") {
            position += 1
            return elements
        }
        while true {
            skipSpaces()
            var name: String?
            if peek() == UInt8(ascii: "`") {
                name = try quotedText(UInt8(ascii: "`"))
            } else {
                let start = position
                let first = try word()
                if peek() == UInt8(ascii: " "), let next = peekPastSpaces(), isWordByte(next) {
                    name = first
                } else {
                    position = start
                }
            }
            elements.append(.init(name: name, type: try parseType(depth: depth + 1)))
            if peekPastSpaces() != UInt8(ascii: ",") { break }
            try expect(UInt8(ascii: ","))
        }
        try expect(UInt8(ascii: ")"))
        return elements
    }

    private mutating func integers(_ count: ClosedRange<Int>) throws(ClickHouseTypeError) -> [Int] {
        try expect(UInt8(ascii: "("))
        var values = [try integer()]
        while peekPastSpaces() == UInt8(ascii: ",") {
            try expect(UInt8(ascii: ","))
            values.append(try integer())
            if values.count > count.upperBound { throw malformed() }
        }
        try expect(UInt8(ascii: ")"))
        if !count.contains(values.count) { throw malformed() }
        return values
    }

    /// A small integer; nine digits are more than any type takes.
    private mutating func integer() throws(ClickHouseTypeError) -> Int {
        skipSpaces()
        let isNegative = peek() == UInt8(ascii: "-")
        if isNegative { position += 1 }
        var value = 0
        var digits = 0
        while let byte = peek(), byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
            digits += 1
            position += 1
            if digits > 9 { throw malformed() }
        }
        if digits == 0 { throw malformed() }
        return isNegative ? -value : value
    }

    private mutating func quotedText(_ quote: UInt8 = UInt8(ascii: "'")) throws(ClickHouseTypeError) -> String {
        skipSpaces()
        if peek() != quote { throw malformed() }
        position += 1
        var text: [UInt8] = []
        while let byte = peek() {
            position += 1
            if byte == quote {
                if peek() != quote { return String(decoding: text, as: UTF8.self) }
                position += 1
                text.append(quote)
            } else if byte == UInt8(ascii: "\\") {
                guard let letter = peek() else { break }
                position += 1
                text.append(ClickHouseText.unescaped(letter))
            } else {
                text.append(byte)
            }
        }
        throw malformed()
    }

    /// Moves past a balanced `( … )` whose inside is not parsed, except for quotes.
    private mutating func skipParentheses() throws(ClickHouseTypeError) {
        var depth = 0
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "'"), UInt8(ascii: "`"):
                _ = try quotedText(byte)
                continue
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth -= 1
            default: break
            }
            position += 1
            if depth == 0 { return }
        }
        throw malformed()
    }

    private mutating func word() throws(ClickHouseTypeError) -> String {
        let start = position
        while let byte = peek(), isWordByte(byte) { position += 1 }
        if position == start { throw malformed() }
        return text(from: start)
    }

    private func text(from start: Int) -> String { String(decoding: bytes[start..<position], as: UTF8.self) }

    private func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...0xFF:
            true
        default: false
        }
    }

    private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

    private func peekPastSpaces() -> UInt8? {
        var place = position
        while place < bytes.count, bytes[place] == UInt8(ascii: " ") || bytes[place] == UInt8(ascii: "\n") {
            place += 1
        }
        return place < bytes.count ? bytes[place] : nil
    }

    private mutating func skipSpaces() {
        while let byte = peek(), byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") { position += 1 }
    }

    private mutating func expect(_ byte: UInt8) throws(ClickHouseTypeError) {
        skipSpaces()
        if peek() != byte { throw malformed() }
        position += 1
    }
}
