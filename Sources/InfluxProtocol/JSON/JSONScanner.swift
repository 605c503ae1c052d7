import ColumnarBytes

/// Reads JSON token by token from bytes that are kept alive by someone else, without an allocation for a token.
///
/// Never trusts a length or a nesting; any byte sequence either reads or throws. Numbers at the very end count as
/// incomplete, since more digits could follow.
/// Grammar: RFC 8259.
public struct JSONScanner {
    /// Deepest nesting of what is skipped; InfluxDB's results have 6.
    public static let depthMax = 32

    public let base: UnsafeRawPointer
    public let end: Int
    public var at = 0
    /// Strings with escapes are unescaped into this; a view of one is valid until the next such string.
    public let scratch: GrowableBytes

    public init(_ bytes: UnsafeRawBufferPointer, from start: Int = 0, scratch: GrowableBytes) {
        base = bytes.baseAddress ?? UnsafeRawPointer(scratch.sink.reserve(1))
        end = bytes.count
        at = start
        self.scratch = scratch
    }

    @inline(__always)
    public func byte(_ index: Int) -> UInt8 { base.load(fromByteOffset: index, as: UInt8.self) }

    @inline(__always)
    public mutating func skipSpace() {
        while at < end {
            let here = byte(at)
            if here > 0x20 || (here != 0x20 && here != 0x0A && here != 0x0D && here != 0x09) { return }
            at &+= 1
        }
    }

    /// The first byte of the next token, without reading it.
    @inline(__always)
    public mutating func peek() throws(DecodingFault) -> UInt8 {
        if at < end && byte(at) > 0x20 { return byte(at) }
        skipSpace()
        if at >= end { throw .incomplete }
        return byte(at)
    }

    /// Reads `punctuation`, which must come next.
    @inline(__always)
    public mutating func expect(_ punctuation: Unicode.Scalar, _ what: StaticString) throws(DecodingFault) {
        if try peek() != UInt8(ascii: punctuation) { throw .malformed(what) }
        at &+= 1
    }

    /// Reads `punctuation` if it comes next.
    @inline(__always)
    public mutating func take(_ punctuation: Unicode.Scalar) throws(DecodingFault) -> Bool {
        if try peek() != UInt8(ascii: punctuation) { return false }
        at &+= 1
        return true
    }

    /// Reads a word: `null`, `true`, `false`.
    @inline(__always)
    public mutating func word(_ word: StaticString) throws(DecodingFault) {
        let length = word.utf8CodeUnitCount
        let available = min(length, end &- at)
        for index in 0..<available where byte(at &+ index) != word.utf8Start[index] { throw .malformed("a value") }
        if available < length { throw .incomplete }
        at &+= length
    }

    /// Reads a number and says where it stands; `at` must be at its first byte.
    @inline(__always)
    public mutating func number() throws(DecodingFault) -> JSONNumber {
        let start = at
        var number = JSONNumber()
        if byte(at) == UInt8(ascii: "-") {
            number.digits.isNegative = true
            at &+= 1
        }
        if readDigits(&number) == 0 { throw at >= end ? .incomplete : .malformed("a digit") }
        if at < end && byte(at) == UInt8(ascii: ".") {
            at &+= 1
            number.isInteger = false
            let count = readDigits(&number)
            if count == 0 { throw at >= end ? .incomplete : .malformed("a digit") }
            number.digits.exponent = -count
        }
        if at < end && byte(at) | 0x20 == UInt8(ascii: "e") { try readExponent(&number) }
        if at >= end { throw .incomplete }
        number.text = UnsafeRawBufferPointer(start: base + start, count: at &- start)
        return number
    }

    @inline(__always)
    private mutating func readDigits(_ number: inout JSONNumber) -> Int {
        let start = at
        while at < end {
            let digit = byte(at) &- 0x30
            if digit > 9 { break }
            number.digits.append(digit)
            at &+= 1
        }
        return at &- start
    }

    private mutating func readExponent(_ number: inout JSONNumber) throws(DecodingFault) {
        at &+= 1
        number.isInteger = false
        var isNegative = false
        if at < end && (byte(at) == UInt8(ascii: "-") || byte(at) == UInt8(ascii: "+")) {
            isNegative = byte(at) == UInt8(ascii: "-")
            at &+= 1
        }
        var power = JSONNumber()
        if readDigits(&power) == 0 { throw at >= end ? .incomplete : .malformed("a digit") }
        // No finite number other than zero has a power of more than six digits.
        let magnitude = power.digits.count > 6 ? 1_000_000 : Int(power.digits.mantissa)
        number.digits.exponent += isNegative ? -magnitude : magnitude
    }

    /// Reads a string, unescaped; `at` must be at its opening quote.
    @inline(__always)
    public mutating func string() throws(DecodingFault) -> UnsafeRawBufferPointer {
        let start = at &+ 1
        var index = start
        while index < end {
            let here = byte(index)
            if here == UInt8(ascii: "\"") {
                at = index &+ 1
                return UnsafeRawBufferPointer(start: base + start, count: index &- start)
            }
            if here == UInt8(ascii: "\\") { return try escapedString(from: start, firstEscape: index) }
            if here < 0x20 { throw .malformed("no control character in a string") }
            index &+= 1
        }
        throw .incomplete
    }

    private mutating func escapedString(
        from start: Int,
        firstEscape: Int
    ) throws(DecodingFault) -> UnsafeRawBufferPointer {
        let output = scratch.sink
        output.removeAll()
        output.append(UnsafeRawBufferPointer(start: base + start, count: firstEscape - start))
        var index = firstEscape
        while index < end {
            let here = byte(index)
            index += 1
            if here == UInt8(ascii: "\"") {
                at = index
                return output.bytes
            }
            if here < 0x20 { throw .malformed("no control character in a string") }
            if here != UInt8(ascii: "\\") {
                output.append(here)
                continue
            }
            if index >= end { throw .incomplete }
            let escaped = byte(index)
            index += 1
            switch escaped {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(escaped)
            case UInt8(ascii: "b"): output.append(UInt8(0x08))
            case UInt8(ascii: "f"): output.append(UInt8(0x0C))
            case UInt8(ascii: "n"): output.append(UInt8(0x0A))
            case UInt8(ascii: "r"): output.append(UInt8(0x0D))
            case UInt8(ascii: "t"): output.append(UInt8(0x09))
            case UInt8(ascii: "u"): try appendUnicode(&index, to: output)
            default: throw .malformed("an escape")
            }
        }
        throw .incomplete
    }

    /// Reads the four digits after `\u`, and a second escape where they are the first half of a pair. A half without
    /// its other half becomes U+FFFD.
    private func appendUnicode(_ index: inout Int, to output: ByteSink) throws(DecodingFault) {
        var value = try hexDigits(index)
        index += 4
        if value >= 0xD800 && value < 0xDC00 {
            let high = value
            value = 0xFFFD
            if index + 1 >= end { throw .incomplete }
            if byte(index) == UInt8(ascii: "\\") && byte(index + 1) == UInt8(ascii: "u") {
                let low = try hexDigits(index + 2)
                if low >= 0xDC00 && low < 0xE000 {
                    value = 0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)
                    index += 6
                }
            }
        }
        let scalar = Unicode.Scalar(value) ?? "\u{FFFD}"
        for unit in Unicode.UTF8.encode(scalar) ?? Unicode.UTF8.encodedReplacementCharacter { output.append(unit) }
    }

    private func hexDigits(_ start: Int) throws(DecodingFault) -> UInt32 {
        var value: UInt32 = 0
        for index in start..<(start + 4) {
            if index >= end { throw .incomplete }
            let digit: UInt8
            switch byte(index) {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte(index) - 0x30
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte(index) - 0x57
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte(index) - 0x37
            default: throw .malformed("four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    /// Reads a string that must come next, as a `String`.
    public mutating func text() throws(DecodingFault) -> String {
        if try peek() != UInt8(ascii: "\"") { throw .malformed("a string") }
        return String(decoding: try string(), as: UTF8.self)
    }

    /// Reads an object and calls `body` at each value with its key; it must read the value.
    public mutating func object(_ body: (inout Self, String) throws(DecodingFault) -> Void) throws(DecodingFault) {
        try expect("{", "an object")
        if try take("}") { return }
        while true {
            let key = try text()
            try expect(":", "a colon")
            try body(&self, key)
            if try !take(",") { break }
        }
        try expect("}", "the end of an object")
    }

    /// Reads an array and calls `body` at each element; it must read the element.
    public mutating func array(_ body: (inout Self) throws(DecodingFault) -> Void) throws(DecodingFault) {
        try expect("[", "an array")
        if try take("]") { return }
        while true {
            try body(&self)
            if try !take(",") { break }
        }
        try expect("]", "the end of an array")
    }

    /// Reads any value and forgets it.
    public mutating func skipValue(depth: Int = 0) throws(DecodingFault) {
        if depth > Self.depthMax { throw .malformed("less nesting") }
        switch try peek() {
        case UInt8(ascii: "{"):
            try object { (scanner, _) throws(DecodingFault) in try scanner.skipValue(depth: depth + 1) }
        case UInt8(ascii: "["): try array { (scanner) throws(DecodingFault) in try scanner.skipValue(depth: depth + 1) }
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "n"): try word("null")
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): _ = try number()
        default: throw .malformed("a value")
        }
    }

    /// Reads null (`nil`), a string, a number or a boolean; an array or an object as its JSON text
    /// (`SHOW SUBSCRIPTIONS` has an array of destinations).
    public mutating func scalar() throws(DecodingFault) -> InfluxValue? {
        switch try peek() {
        case UInt8(ascii: "n"):
            try word("null")
            return nil
        case UInt8(ascii: "\""): return .string(try text())
        case UInt8(ascii: "t"):
            try word("true")
            return .boolean(true)
        case UInt8(ascii: "f"):
            try word("false")
            return .boolean(false)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            guard let value = try number().value else { throw .malformed("a number that fits 64 bits") }
            return value
        case UInt8(ascii: "["), UInt8(ascii: "{"):
            let start = at
            try skipValue()
            return .string(
                String(decoding: UnsafeRawBufferPointer(start: base + start, count: at - start), as: UTF8.self)
            )
        default: throw .malformed("a value")
        }
    }
}
