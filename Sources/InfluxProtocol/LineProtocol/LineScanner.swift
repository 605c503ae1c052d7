/// One pass over the bytes of line protocol. Every read is preceded by a check against `end`.
struct LineScanner {
    enum Outcome {
        case point
        case malformed(LineProtocolError)
        case end
    }

    /// Series keys beyond this are refused by the server.
    static let seriesBytesMax = 65535
    /// Up to this many keys are compared pairwise; more are sorted.
    static let comparedKeysMax = 32

    let base: UnsafeRawPointer
    let end: Int
    let precision: TimePrecision
    var storage: LineStorage
    /// Where the next byte is read.
    var at = 0
    /// The line that `at` is in, from 1.
    var line = 1

    // The current point.
    private(set) var lineOfPoint = 1
    private(set) var series = UnsafeRawBufferPointer(start: nil, count: 0)
    private(set) var measurement = UnsafeRawBufferPointer(start: nil, count: 0)
    private(set) var time: Int64?

    init(_ base: UnsafeRawPointer, count: Int, precision: TimePrecision, storage: LineStorage) {
        self.base = base
        end = count
        self.precision = precision
        self.storage = storage
        if let unescaped = storage.unescaped, unescaped.capacity < count { self.storage.unescaped = nil }
    }

    mutating func takeStorage() -> LineStorage {
        storage.tags.removeAll(keepingCapacity: true)
        storage.fields.removeAll(keepingCapacity: true)
        return storage
    }

    @inline(__always)
    func byte(_ index: Int) -> UInt8 { base.load(fromByteOffset: index, as: UInt8.self) }

    @inline(__always)
    func view(_ start: Int, _ end: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: base + start, count: end &- start)
    }

    /// Whether the line ends here: at a line feed, CRLF or the end of the input.
    @inline(__always)
    func isAtLineEnd(_ index: Int) -> Bool {
        if index >= end { return true }
        let here = byte(index)
        if here == UInt8(ascii: "\n") { return true }
        if here != UInt8(ascii: "\r") { return false }
        return index + 1 >= end || byte(index + 1) == UInt8(ascii: "\n")
    }

    /// Goes past spaces, tabs and NULs, as the server does.
    @inline(__always)
    mutating func skipWhitespace() {
        while at < end {
            let here = byte(at)
            if here != 0x20 && here != 0x09 && here != 0 { return }
            at &+= 1
        }
    }

    /// The next line that is neither blank nor a comment.
    mutating func next() -> Outcome {
        while true {
            skipWhitespace()
            if at >= end { return .end }
            if isAtLineEnd(at) {
                goPastLineEnd()
                continue
            }
            if byte(at) != UInt8(ascii: "#") { break }
            while at < end && byte(at) != UInt8(ascii: "\n") { at &+= 1 }
            goPastLineEnd()
        }
        let start = at
        lineOfPoint = line
        storage.tags.removeAll(keepingCapacity: true)
        storage.fields.removeAll(keepingCapacity: true)
        storage.unescaped?.removeAll()
        do throws(LineFault) {
            try readSeries()
            try readFields()
            try readTime()
        } catch {
            let column = error.at - lineStart(before: start) + 1
            recover(from: start, error)
            return .malformed(LineProtocolError(line: lineOfPoint, column: column, reason: error.reason))
        }
        goPastLineEnd()
        return .point
    }

    /// Where the physical line that holds `index` begins.
    private func lineStart(before index: Int) -> Int {
        var start = index
        while start > 0 && byte(start - 1) != UInt8(ascii: "\n") { start -= 1 }
        return start
    }

    private mutating func goPastLineEnd() {
        if at < end && byte(at) == UInt8(ascii: "\r") { at &+= 1 }
        if at < end && byte(at) == UInt8(ascii: "\n") {
            at &+= 1
            line &+= 1
        }
    }

    // MARK: Measurement and tags

    private mutating func readSeries() throws(LineFault) {
        let start = at
        let name = readName(.measurement)
        measurement = name.bytes
        if measurement.isEmpty { throw LineFault(.missingMeasurement, at: at) }
        guard at < end else { throw LineFault(.missingFields, at: at) }
        while byte(at) == UInt8(ascii: ",") {
            at &+= 1
            try readTag()
            guard at < end else { throw LineFault(.missingFields, at: at) }
        }
        guard byte(at) == UInt8(ascii: " ") else { throw LineFault(.missingFields, at: at) }
        series = view(start, at)
        if series.count > Self.seriesBytesMax { throw LineFault(.seriesTooLong, at: at) }
        if storage.tags.count > Self.comparedKeysMax && hasDuplicateTags() { throw LineFault(.duplicateTag, at: at) }
    }

    private mutating func readTag() throws(LineFault) {
        let start = at
        let key = readName(.key)
        guard at < end, byte(at) == UInt8(ascii: "=") else {
            throw LineFault(at == start ? .missingTagKey : .missingTagValue, at: at)
        }
        if at == start { throw LineFault(.missingTagKey, at: at) }
        at &+= 1
        let valueStart = at
        let value = readName(.key)
        if at == valueStart { throw LineFault(.missingTagValue, at: at) }
        if at < end && byte(at) == UInt8(ascii: "=") { throw LineFault(.invalidTag, at: at) }
        if storage.tags.count < Self.comparedKeysMax {
            for tag in storage.tags where Self.equal(tag.key, key.bytes) { throw LineFault(.duplicateTag, at: start) }
        }
        storage.tags.append(LineTag(key: key.bytes, value: value.bytes))
    }

    private func hasDuplicateTags() -> Bool {
        let keys = storage.tags.map(\.key).sorted { $0.lexicographicallyPrecedes($1) }
        for (left, right) in zip(keys, keys.dropFirst()) where Self.equal(left, right) { return true }
        return false
    }

    @inline(__always)
    static func equal(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        left.count == right.count && left.elementsEqual(right)
    }

    /// Reads up to an unescaped comma, space, line end, or (but for measurements) equals sign.
    @inline(__always)
    private mutating func readName(_ kind: EscapedBytes) -> (bytes: UnsafeRawBufferPointer, isEscaped: Bool) {
        let start = at
        var isEscaped = false
        scan: while at < end {
            let here = byte(at)
            switch here {
            case UInt8(ascii: ","), UInt8(ascii: " "): break scan
            case UInt8(ascii: "="):
                if kind == .key { break scan }
            case UInt8(ascii: "\n"):
                if !isEscapedLineFeed(at, from: start) { break scan }
                line &+= 1
            case UInt8(ascii: "\r"):
                if isAtLineEnd(at) { break scan }
            case UInt8(ascii: "\\"):
                if at + 1 < end && kind.contains(byte(at + 1)) {
                    isEscaped = true
                    at &+= 1
                }
            default: break
            }
            at &+= 1
        }
        let raw = view(start, at)
        return (isEscaped ? unescape(raw, kind) : raw, isEscaped)
    }

    /// The server takes a line feed after a backslash as a part of the name.
    @inline(never)
    private func isEscapedLineFeed(_ index: Int, from start: Int) -> Bool {
        var first = index
        while first > start && byte(first - 1) == UInt8(ascii: "\\") { first -= 1 }
        return (index - first) % 2 == 1
    }

    @inline(never)
    private mutating func unescape(_ raw: UnsafeRawBufferPointer, _ kind: EscapedBytes) -> UnsafeRawBufferPointer {
        let room: UnescapedBytes
        if let existing = storage.unescaped {
            room = existing
        } else {
            room = UnescapedBytes(capacity: end)
            storage.unescaped = room
        }
        return room.append(raw, escapable: kind)
    }

    // MARK: Fields

    private mutating func readFields() throws(LineFault) {
        skipWhitespace()
        if isAtLineEnd(at) { throw LineFault(.missingFields, at: at) }
        while true {
            let start = at
            let key = readName(.key)
            guard at < end, byte(at) == UInt8(ascii: "=") else {
                throw LineFault(at == start ? .missingFieldKey : .invalidField, at: at)
            }
            if at == start { throw LineFault(.missingFieldKey, at: at) }
            at &+= 1
            let value = try readValue()
            append(LineField(key: key.bytes, value: value))
            if at < end && byte(at) == UInt8(ascii: ",") {
                at &+= 1
                continue
            }
            break
        }
        if storage.fields.count > Self.comparedKeysMax { removeEarlierDuplicates() }
    }

    @inline(__always)
    private mutating func append(_ field: LineField) {
        if storage.fields.count < Self.comparedKeysMax {
            for index in 0..<storage.fields.count where Self.equal(storage.fields[index].key, field.key) {
                storage.fields[index] = field
                return
            }
        }
        storage.fields.append(field)
    }

    /// Of fields with the same key only the last counts.
    private mutating func removeEarlierDuplicates() {
        let fields = storage.fields
        let order = fields.indices.sorted { left, right in
            if Self.equal(fields[left].key, fields[right].key) { return left < right }
            return fields[left].key.lexicographicallyPrecedes(fields[right].key)
        }
        var isOverwritten = [Bool](repeating: false, count: fields.count)
        for (left, right) in zip(order, order.dropFirst()) where Self.equal(fields[left].key, fields[right].key) {
            isOverwritten[left] = true
        }
        storage.fields = fields.indices.filter { !isOverwritten[$0] }.map { fields[$0] }
    }

    private mutating func readValue() throws(LineFault) -> LineValue {
        if isAtLineEnd(at) { throw LineFault(.missingFieldValue, at: at) }
        let value: LineValue
        switch byte(at) {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."): value = try readNumber()
        case UInt8(ascii: "\""): return try readString()
        case UInt8(ascii: ","), UInt8(ascii: " "): throw LineFault(.missingFieldValue, at: at)
        case UInt8(ascii: "t"), UInt8(ascii: "T"), UInt8(ascii: "f"), UInt8(ascii: "F"): value = try readBoolean()
        case UInt8(ascii: "N"), UInt8(ascii: "n"), UInt8(ascii: "+"): throw LineFault(.invalidNumber, at: at)
        default: throw LineFault(.invalidBoolean, at: at)
        }
        return value
    }

    /// Whether a value may end here.
    @inline(__always)
    private var isAtValueEnd: Bool {
        at >= end || byte(at) == UInt8(ascii: ",") || byte(at) == UInt8(ascii: " ") || isAtLineEnd(at)
    }

    private mutating func readString() throws(LineFault) -> LineValue {
        let quote = at
        at &+= 1
        let start = at
        var isEscaped = false
        var lines = 0
        while at < end {
            switch byte(at) {
            case UInt8(ascii: "\""):
                let raw = view(start, at)
                at &+= 1
                line &+= lines
                if !isAtValueEnd { throw LineFault(.textAfterString, at: at) }
                return .string(isEscaped ? unescape(raw, .string) : raw)
            case UInt8(ascii: "\\"):
                if at + 1 < end && EscapedBytes.string.contains(byte(at + 1)) {
                    isEscaped = true
                    at &+= 1
                }
            case UInt8(ascii: "\n"): lines &+= 1
            default: break
            }
            at &+= 1
        }
        throw LineFault(.unbalancedQuotes, at: quote)
    }

    private mutating func readBoolean() throws(LineFault) -> LineValue {
        let start = at
        // The longest one has five letters; a sixth shows that it is none.
        while !isAtValueEnd && at - start < 6 { at &+= 1 }
        switch String(decoding: view(start, at), as: UTF8.self) {
        case "t", "T", "true", "True", "TRUE": return .boolean(true)
        case "f", "F", "false", "False", "FALSE": return .boolean(false)
        default: throw LineFault(.invalidBoolean, at: start)
        }
    }

    private mutating func readNumber() throws(LineFault) -> LineValue {
        let start = at
        var number = DecimalText.Digits()
        if byte(at) == UInt8(ascii: "-") {
            number.isNegative = true
            at &+= 1
        }
        let digits = readDigits(&number)
        if at < end && (byte(at) == UInt8(ascii: "i") || byte(at) == UInt8(ascii: "u")) {
            let text = view(start, at)
            let isUnsigned = byte(at) == UInt8(ascii: "u")
            at &+= 1
            if digits == 0 || !isAtValueEnd || (isUnsigned && number.isNegative) {
                throw LineFault(.invalidNumber, at: start)
            }
            if isUnsigned {
                guard let value = DecimalText.unsigned(text) else { throw LineFault(.outOfRange, at: start) }
                return .unsigned(value)
            }
            guard let value = DecimalText.integer(text) else { throw LineFault(.outOfRange, at: start) }
            return .integer(value)
        }
        var fractionDigits = 0
        if at < end && byte(at) == UInt8(ascii: ".") {
            at &+= 1
            fractionDigits = readDigits(&number)
            number.exponent = -fractionDigits
        }
        if digits + fractionDigits == 0 { throw LineFault(.invalidNumber, at: start) }
        if at < end && byte(at) | 0x20 == UInt8(ascii: "e") { try readExponent(&number, from: start) }
        if !isAtValueEnd { throw LineFault(.invalidNumber, at: start) }
        guard let value = DecimalText.double(number, text: view(start, at)) else {
            throw LineFault(.outOfRange, at: start)
        }
        return .double(value)
    }

    /// How many digits there are.
    @inline(__always)
    private mutating func readDigits(_ number: inout DecimalText.Digits) -> Int {
        let start = at
        while at < end {
            let digit = byte(at) &- 0x30
            if digit > 9 { break }
            number.append(digit)
            at &+= 1
        }
        return at &- start
    }

    private mutating func readExponent(_ number: inout DecimalText.Digits, from start: Int) throws(LineFault) {
        at &+= 1
        var isNegative = false
        if at < end && (byte(at) == UInt8(ascii: "-") || byte(at) == UInt8(ascii: "+")) {
            isNegative = byte(at) == UInt8(ascii: "-")
            at &+= 1
        }
        var power = DecimalText.Digits()
        if readDigits(&power) == 0 { throw LineFault(.invalidNumber, at: start) }
        // No finite number other than zero has such a power.
        let magnitude = power.count > 6 ? 1_000_000 : Int(power.mantissa)
        number.exponent += isNegative ? -magnitude : magnitude
    }

    // MARK: Time

    private mutating func readTime() throws(LineFault) {
        time = nil
        skipWhitespace()
        if isAtLineEnd(at) { return }
        let start = at
        if byte(at) == UInt8(ascii: "-") { at &+= 1 }
        while at < end && byte(at) &- 0x30 <= 9 { at &+= 1 }
        let text = view(start, at)
        while at < end && byte(at) == UInt8(ascii: " ") { at &+= 1 }
        if text.isEmpty || (text.count == 1 && text[0] == UInt8(ascii: "-")) {
            throw LineFault(.badTimestamp, at: start)
        }
        if !isAtLineEnd(at) {
            throw LineFault(byte(at &- 1) == UInt8(ascii: " ") ? .textAfterTime : .badTimestamp, at: at)
        }
        guard let value = DecimalText.integer(text), let time = precision.nanoseconds(value) else {
            throw LineFault(.timeOutOfRange, at: start)
        }
        self.time = time
    }

    // MARK: Malformed lines

    /// Skips to the line after a malformed one: past a line feed that is not in a string. A string begins with a quote
    /// after an equals sign; one that never ends is taken for a mistake within its line.
    private mutating func recover(from start: Int, _ fault: LineFault) {
        var index = fault.reason == .unbalancedQuotes ? fault.at + 1 : max(fault.at, start)
        line = lineOfPoint
        for counted in start..<min(index, end) where byte(counted) == UInt8(ascii: "\n") { line &+= 1 }
        while index < end && byte(index) != UInt8(ascii: "\n") {
            index &+= 1
            if index < end, byte(index) == UInt8(ascii: "\""), byte(index - 1) == UInt8(ascii: "="),
                fault.reason != .unbalancedQuotes, let (closing, lines) = stringEnd(index)
            {
                index = closing
                line &+= lines
            }
        }
        at = index
        goPastLineEnd()
    }

    /// Where the string that begins at `quote` has its closing quote, and how many line feeds are in it.
    private func stringEnd(_ quote: Int) -> (closing: Int, lines: Int)? {
        var index = quote + 1
        var lines = 0
        while index < end {
            switch byte(index) {
            case UInt8(ascii: "\""): return (index, lines)
            case UInt8(ascii: "\\"):
                if index + 1 < end && EscapedBytes.string.contains(byte(index + 1)) { index += 1 }
            case UInt8(ascii: "\n"): lines += 1
            default: break
            }
            index += 1
        }
        return nil
    }
}
