import ColumnarBytes

/// Writes rows as MySQL takes them in: fields for `LOAD DATA` (tab-separated, `\N` for NULL) or literals for `INSERT`.
///
/// Binary values are hexadecimal in both forms (`LOAD DATA` unhexes them, see `ShopTableDefinition.loadStatement`), so
/// the output is valid UTF-8. Escapes mean the same in both forms:
/// https://dev.mysql.com/doc/refman/8.4/en/load-data.html and
/// https://dev.mysql.com/doc/refman/8.4/en/string-literals.html (session without `NO_BACKSLASH_ESCAPES`).
struct RowWriter {
    enum Style {
        case tabSeparated
        case literals
    }

    let out: GrowableBytes
    private let isLiteral: Bool
    private var isFirstField = true
    private var isFirstRow = true
    /// Fields written in the present row.
    private(set) var fields = 0

    init(_ out: GrowableBytes, style: Style = .tabSeparated) {
        self.out = out
        isLiteral = style == .literals
    }

    // MARK: Rows

    /// The next row is the first after `VALUES`.
    mutating func beginRows() { isFirstRow = true }

    @inline(__always)
    mutating func beginRow() {
        isFirstField = true
        fields = 0
        if isLiteral {
            if !isFirstRow { byte(UInt8(ascii: ",")) }
            byte(UInt8(ascii: "("))
        }
        isFirstRow = false
    }

    @inline(__always)
    mutating func endRow() { byte(isLiteral ? UInt8(ascii: ")") : UInt8(ascii: "\n")) }

    @inline(__always)
    private mutating func beginField() {
        if !isFirstField { byte(isLiteral ? UInt8(ascii: ",") : UInt8(ascii: "\t")) }
        isFirstField = false
        fields &+= 1
    }

    // MARK: Numbers

    mutating func null() {
        beginField()
        if isLiteral { raw("NULL") } else { raw("\\N") }
    }

    mutating func integer(_ value: Int) {
        beginField()
        if value < 0 { byte(UInt8(ascii: "-")) }
        digits(UInt64(value.magnitude))
    }

    mutating func boolean(_ value: Bool) {
        beginField()
        byte(value ? UInt8(ascii: "1") : UInt8(ascii: "0"))
    }

    /// `unscaled` × 10^−`scale`, with all `scale` (1…18) fraction digits.
    mutating func decimal(_ unscaled: Int64, scale: Int) {
        beginField()
        if unscaled < 0 { byte(UInt8(ascii: "-")) }
        var power: UInt64 = 1
        for _ in 0..<scale { power &*= 10 }
        let (whole, fraction) = unscaled.magnitude.quotientAndRemainder(dividingBy: power)
        digits(whole)
        byte(UInt8(ascii: "."))
        digits(fraction, width: scale)
    }

    /// A number whose text is given.
    mutating func number(_ text: StaticString) {
        beginField()
        raw(text)
    }

    /// A random decimal with exactly `whole` and `fraction` digits, the first not 0.
    mutating func randomDecimal(whole: Int, fraction: Int, isNegative: Bool, from random: inout RowRandom) {
        beginField()
        if isNegative { byte(UInt8(ascii: "-")) }
        byte(UInt8(ascii: "1") &+ UInt8(truncatingIfNeeded: random.next(below: 9)))
        randomDigits(whole &- 1, from: &random)
        byte(UInt8(ascii: "."))
        randomDigits(fraction, from: &random)
    }

    private mutating func randomDigits(_ count: Int, from random: inout RowRandom) {
        var left = count
        while left > 0 {
            let width = min(left, 18)
            var power: UInt64 = 1
            for _ in 0..<width { power &*= 10 }
            digits(random.next() % power, width: width)
            left &-= width
        }
    }

    // MARK: Dates and times

    /// Days since 1970-01-01 as `YYYY-MM-DD`.
    mutating func date(_ days: Int) {
        beginField()
        quote()
        dateDigits(days)
        quote()
    }

    /// Microseconds since 1970 as `YYYY-MM-DD hh:mm:ss` with `digits` (0, 3 or 6) fraction digits, cut off.
    mutating func dateTime(_ micros: Int64, digits fractionDigits: Int) {
        beginField()
        quote()
        dateTimeDigits(micros, digits: fractionDigits)
        quote()
    }

    /// A span in microseconds as `[-]hh:mm:ss` with `digits` (0, 3 or 6) fraction digits.
    mutating func time(_ micros: Int64, digits fractionDigits: Int) {
        beginField()
        quote()
        if micros < 0 { byte(UInt8(ascii: "-")) }
        let span = micros.magnitude
        let seconds = span / 1_000_000
        digits(seconds / 3600, width: seconds >= 360_000 ? 3 : 2)
        byte(UInt8(ascii: ":"))
        digits(seconds / 60 % 60, width: 2)
        byte(UInt8(ascii: ":"))
        digits(seconds % 60, width: 2)
        fraction(span % 1_000_000, digits: fractionDigits)
        quote()
    }

    /// What `dateTime` writes, without field separator and quotes.
    mutating func dateTimeDigits(_ micros: Int64, digits fractionDigits: Int) {
        // Times in the shop lie after 1970, so plain division rounds down.
        let days = Int(micros / ShopTimeline.day)
        let rest = UInt64(micros % ShopTimeline.day)
        dateDigits(days)
        byte(UInt8(ascii: " "))
        let seconds = rest / 1_000_000
        digits(seconds / 3600, width: 2)
        byte(UInt8(ascii: ":"))
        digits(seconds / 60 % 60, width: 2)
        byte(UInt8(ascii: ":"))
        digits(seconds % 60, width: 2)
        fraction(rest % 1_000_000, digits: fractionDigits)
    }

    private mutating func dateDigits(_ days: Int) {
        let date = CivilDate(days: days)
        digits(UInt64(date.year), width: 4)
        byte(UInt8(ascii: "-"))
        digits(UInt64(date.month), width: 2)
        byte(UInt8(ascii: "-"))
        digits(UInt64(date.day), width: 2)
    }

    private mutating func fraction(_ micros: UInt64, digits fractionDigits: Int) {
        guard fractionDigits > 0 else { return }
        byte(UInt8(ascii: "."))
        digits(fractionDigits == 3 ? micros / 1000 : micros, width: fractionDigits)
    }

    // MARK: Binary

    /// Opens a binary value; follow with `hex` and close with `endBinary`.
    mutating func beginBinary() {
        beginField()
        if isLiteral { raw("X'") }
    }

    /// The lowest `bytes` (1…8) bytes of `value`, most significant first, in hexadecimal.
    mutating func hex(_ value: UInt64, bytes: Int) {
        let place = out.reserve(bytes &* 2)
        var rest = value
        var index = bytes &* 2
        while index > 0 {
            index &-= 1
            let nibble = UInt8(truncatingIfNeeded: rest & 0xF)
            place.storeBytes(of: nibble < 10 ? nibble &+ 48 : nibble &+ 55, toByteOffset: index, as: UInt8.self)
            rest &>>= 4
        }
        out.commit(bytes &* 2)
    }

    mutating func endBinary() { if isLiteral { byte(UInt8(ascii: "'")) } }

    /// A binary value of one or two 64-bit words.
    mutating func binary(_ high: UInt64, _ low: UInt64) {
        beginBinary()
        hex(high, bytes: 8)
        hex(low, bytes: 8)
        endBinary()
    }

    // MARK: Text

    /// Opens a text; follow with `word`, `raw`, `digits` and close with `endText`.
    @inline(__always)
    mutating func beginText() {
        beginField()
        quote()
    }

    @inline(__always)
    mutating func endText() { quote() }

    /// A whole text of one word.
    mutating func text(_ bank: WordBank, _ index: Int) {
        beginText()
        word(bank, index)
        endText()
    }

    /// A whole text known to need no escapes.
    mutating func text(_ text: StaticString) {
        beginText()
        raw(text)
        endText()
    }

    /// Part of a text, escaped where it must be.
    @inline(__always)
    mutating func word(_ bank: WordBank, _ index: Int) {
        if bank.isClean { out.append(bank[index]) } else { escaped(bank[index]) }
    }

    mutating func escaped(_ bytes: UnsafeRawBufferPointer) {
        let place = out.reserve(bytes.count &* 2)
        var length = 0
        for byte in bytes {
            let replacement = RowWriter.escape(for: byte)
            if replacement != 0 {
                place.storeBytes(of: UInt8(ascii: "\\"), toByteOffset: length, as: UInt8.self)
                place.storeBytes(of: replacement, toByteOffset: length &+ 1, as: UInt8.self)
                length &+= 2
            } else {
                place.storeBytes(of: byte, toByteOffset: length, as: UInt8.self)
                length &+= 1
            }
        }
        out.commit(length)
    }

    /// What follows the backslash for a byte that must be escaped, else 0.
    @inline(__always)
    static func escape(for byte: UInt8) -> UInt8 {
        switch byte {
        case 0: UInt8(ascii: "0")
        case UInt8(ascii: "\t"): UInt8(ascii: "t")
        case UInt8(ascii: "\n"): UInt8(ascii: "n")
        case UInt8(ascii: "\r"): UInt8(ascii: "r")
        case 0x1A: UInt8(ascii: "Z")
        case UInt8(ascii: "\\"), UInt8(ascii: "'"): byte
        default: 0
        }
    }

    /// Text that needs no escapes.
    @inline(__always)
    mutating func raw(_ text: StaticString) {
        out.append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    @inline(__always)
    mutating func byte(_ value: UInt8) {
        out.reserve(1).storeBytes(of: value, as: UInt8.self)
        out.commit(1)
    }

    /// A number in decimal.
    mutating func digits(_ value: UInt64) {
        var width = 1
        var limit: UInt64 = 10
        while value >= limit, width < 20 {
            width &+= 1
            limit = width == 20 ? .max : limit &* 10
        }
        digits(value, width: width)
    }

    /// The last `width` digits of a number, with leading zeros.
    @inline(__always)
    mutating func digits(_ value: UInt64, width: Int) {
        let place = out.reserve(width)
        var rest = value
        var index = width
        while index > 0 {
            index &-= 1
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            place.storeBytes(of: UInt8(truncatingIfNeeded: digit) &+ 48, toByteOffset: index, as: UInt8.self)
            rest = quotient
        }
        out.commit(width)
    }

    @inline(__always)
    private mutating func quote() { if isLiteral { byte(UInt8(ascii: "'")) } }
}
