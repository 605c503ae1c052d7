import ColumnarBytes

/// MySQL's packed decimal: groups of nine digits in four bytes, big-endian, the rest of the digits before and after the
/// point in as many bytes as they need. The first bit is inverted, and negative numbers invert all bits, so that bytes
/// order as the numbers do.
/// https://dev.mysql.com/doc/refman/8.4/en/precision-math-decimal-characteristics.html
public struct PackedDecimal {
    // Bytes rather than Ints, to keep the column decoders small.
    private let leading: UInt8
    private let complete: UInt8
    private let trailing: UInt8
    private let decimals: UInt8
    private let size: UInt8
    private let scaledWidth: UInt8

    /// Digits in the leading incomplete group, 0 to 8.
    @inline(__always)
    var leadingDigits: Int { Int(leading) }
    /// Complete groups before and after the point.
    @inline(__always)
    var groups: Int { Int(complete) }
    /// Digits in the trailing incomplete group, 0 to 8.
    @inline(__always)
    var trailingDigits: Int { Int(trailing) }
    var scale: Int { Int(decimals) }
    /// Bytes of a value.
    @inline(__always)
    var byteCount: Int { Int(size) }
    /// Bytes of the scaled integer in ClickHouse.
    var width: Int { Int(scaledWidth) }

    /// Precision is 1 to 65, scale 0 to 30 and not above it.
    init(precision: Int, scale: Int) {
        let leading = (precision - scale) % 9
        let complete = (precision - scale) / 9 + scale / 9
        let trailing = scale % 9
        self.leading = UInt8(leading)
        self.complete = UInt8(complete)
        self.trailing = UInt8(trailing)
        decimals = UInt8(scale)
        size = UInt8(PackedDecimal.bytes(ofDigits: leading) + complete * 4 + PackedDecimal.bytes(ofDigits: trailing))
        scaledWidth = UInt8(DecimalType.width(precision: precision))
    }

    static func bytes(ofDigits digits: Int) -> Int { (digits + 1) / 2 - (digits == 9 ? 1 : 0) }

    /// 10^digits for 0 to 9 digits.
    @inline(__always)
    static func power(_ digits: Int) -> UInt32 {
        switch digits {
        case 0: 1
        case 1: 10
        case 2: 100
        case 3: 1000
        case 4: 10_000
        case 5: 100_000
        case 6: 1_000_000
        case 7: 10_000_000
        case 8: 100_000_000
        default: 1_000_000_000
        }
    }

    /// Reads the groups from the most significant on. Holds a position in bytes of exactly `byteCount`.
    struct GroupReader {
        var here: UnsafeRawPointer
        /// Inverts the bits of negative numbers.
        let mask: UInt32
        let isNegative: Bool
        /// Inverts the first bit of the first group.
        private var isFirst = true

        @inline(__always)
        init(_ start: UnsafeRawPointer) {
            here = start
            isNegative = start.load(as: UInt8.self) & 0x80 == 0
            mask = isNegative ? .max : 0
        }

        /// The next `digits` (1 to 9) digits.
        @inline(__always)
        mutating func next(digits: Int) throws(ColumnValueError) -> UInt32 {
            let count = PackedDecimal.bytes(ofDigits: digits)
            var value: UInt32
            if count == 4 {
                value = UInt32(bigEndian: here.loadUnaligned(as: UInt32.self))
            } else {
                value = 0
                for index in 0..<count {
                    value = value << 8 | UInt32(here.load(fromByteOffset: index, as: UInt8.self))
                }
            }
            let bits = UInt32(count &* 8)
            if isFirst {
                value ^= 1 << (bits &- 1)
                isFirst = false
            }
            value ^= mask >> (32 &- bits)
            here += count
            guard value < PackedDecimal.power(digits) else { throw .malformed }
            return value
        }
    }

    /// The value × 10^scale, for at most 18 digits.
    @inline(__always)
    func decodeInt64(_ start: UnsafeRawPointer) throws(ColumnValueError) -> Int64 {
        var reader = GroupReader(start)
        var value: Int64 = 0
        if leadingDigits > 0 { value = Int64(try reader.next(digits: leadingDigits)) }
        for _ in 0..<groups { value = value &* 1_000_000_000 &+ Int64(try reader.next(digits: 9)) }
        if trailingDigits > 0 {
            value =
                value &* Int64(PackedDecimal.power(trailingDigits)) &+ Int64(try reader.next(digits: trailingDigits))
        }
        return reader.isNegative ? 0 &- value : value
    }

    /// The value × 10^scale, for at most 38 digits.
    func decodeInt128(_ start: UnsafeRawPointer) throws(ColumnValueError) -> Int128 {
        var reader = GroupReader(start)
        var value: Int128 = 0
        if leadingDigits > 0 { value = Int128(try reader.next(digits: leadingDigits)) }
        for _ in 0..<groups { value = value &* 1_000_000_000 &+ Int128(try reader.next(digits: 9)) }
        if trailingDigits > 0 {
            value =
                value &* Int128(PackedDecimal.power(trailingDigits)) &+ Int128(try reader.next(digits: trailingDigits))
        }
        return reader.isNegative ? 0 &- value : value
    }

    /// The value × 10^scale as two 128-bit halves, for at most 76 digits.
    func decodeInt256(_ start: UnsafeRawPointer) throws(ColumnValueError) -> (low: UInt128, high: UInt128) {
        var reader = GroupReader(start)
        var low: UInt128 = 0
        var high: UInt128 = 0
        func add(_ group: UInt32, times factor: UInt32) {
            let product = low.multipliedFullWidth(by: UInt128(factor))
            let (sum, carry) = product.low.addingReportingOverflow(UInt128(group))
            low = sum
            high = high &* UInt128(factor) &+ product.high &+ (carry ? 1 : 0)
        }
        if leadingDigits > 0 { low = UInt128(try reader.next(digits: leadingDigits)) }
        for _ in 0..<groups { add(try reader.next(digits: 9), times: 1_000_000_000) }
        if trailingDigits > 0 {
            add(try reader.next(digits: trailingDigits), times: PackedDecimal.power(trailingDigits))
        }
        if reader.isNegative {
            low = ~low &+ 1
            high = ~high &+ (low == 0 ? 1 : 0)
        }
        return (low, high)
    }

    /// Appends the text as MySQL prints it: no leading zeros but one before the point, all digits after it.
    func appendText(_ start: UnsafeRawPointer, to output: ByteSink) throws(ColumnValueError) {
        var reader = GroupReader(start)
        let fractionGroups = scale / 9
        // Collect the digits, then cut.
        let text = GrowableBytes(minimumCapacity: 80)
        let digits = text.sink
        if leadingDigits > 0 {
            digits.appendDigits(UInt64(try reader.next(digits: leadingDigits)), count: leadingDigits)
        }
        for _ in 0..<(groups - fractionGroups) { digits.appendDigits(UInt64(try reader.next(digits: 9)), count: 9) }
        let integerDigits = digits.count
        for _ in 0..<fractionGroups { digits.appendDigits(UInt64(try reader.next(digits: 9)), count: 9) }
        if trailingDigits > 0 {
            digits.appendDigits(UInt64(try reader.next(digits: trailingDigits)), count: trailingDigits)
        }
        if reader.isNegative { output.append(UInt8(ascii: "-")) }
        let whole = UnsafeRawBufferPointer(rebasing: digits.bytes[..<integerDigits])
        let significant = whole.drop { $0 == UInt8(ascii: "0") }
        if significant.isEmpty {
            output.append(UInt8(ascii: "0"))
        } else {
            output.append(UnsafeRawBufferPointer(rebasing: significant))
        }
        if scale > 0 {
            output.append(UInt8(ascii: "."))
            output.append(UnsafeRawBufferPointer(rebasing: digits.bytes[integerDigits...]))
        }
    }
}
