/// DECIMAL as the server prints it → the value × 10^scale as an integer, exactly.
///
/// The digits before the point must fit precision − scale, those after it the scale; so the integer always fits the
/// width that the precision asks for.
enum TextDecimal {
    /// Where the digits are: `[start, point)` before the point without leading zeros, `[point + 1, end)` after it.
    private struct Parts {
        var isNegative: Bool
        var start: Int
        var point: Int
        var end: Int
        /// Zeros to append for the full scale.
        var padding: Int
    }

    /// Precision up to 18: in one 64-bit integer.
    @inline(__always)
    static func small(
        _ text: UnsafeRawBufferPointer,
        integerDigits: Int,
        scale: Int
    ) throws(ColumnValueError) -> Int64 {
        let parts = try parts(text, integerDigits: integerDigits, scale: scale)
        var value: UInt64 = 0
        for index in parts.start..<parts.point {
            value = value &* 10 &+ UInt64(try digit(text[index]))
        }
        if parts.point < parts.end {
            for index in parts.point + 1..<parts.end {
                value = value &* 10 &+ UInt64(try digit(text[index]))
            }
        }
        for _ in 0..<parts.padding { value = value &* 10 }
        let magnitude = Int64(truncatingIfNeeded: value)
        return parts.isNegative ? 0 &- magnitude : magnitude
    }

    /// Precision up to 38.
    static func medium(
        _ text: UnsafeRawBufferPointer,
        integerDigits: Int,
        scale: Int
    ) throws(ColumnValueError) -> Int128 {
        var value: UInt128 = 0
        let isNegative = try chunks(text, integerDigits: integerDigits, scale: scale) { factor, addend in
            value = value &* UInt128(factor) &+ UInt128(addend)
        }
        let magnitude = Int128(truncatingIfNeeded: value)
        return isNegative ? 0 &- magnitude : magnitude
    }

    /// Precision up to 76: four 64-bit limbs, the lowest first, in two's complement.
    static func large(
        _ text: UnsafeRawBufferPointer,
        integerDigits: Int,
        scale: Int
    ) throws(ColumnValueError) -> (UInt64, UInt64, UInt64, UInt64) {
        var limbs: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        let isNegative = try chunks(text, integerDigits: integerDigits, scale: scale) { factor, addend in
            var carry = addend
            step(&limbs.0, factor, &carry)
            step(&limbs.1, factor, &carry)
            step(&limbs.2, factor, &carry)
            step(&limbs.3, factor, &carry)
        }
        guard isNegative else { return limbs }
        var carry: UInt64 = 1
        negate(&limbs.0, &carry)
        negate(&limbs.1, &carry)
        negate(&limbs.2, &carry)
        negate(&limbs.3, &carry)
        return limbs
    }

    @inline(__always)
    private static func step(_ limb: inout UInt64, _ factor: UInt64, _ carry: inout UInt64) {
        let (high, low) = limb.multipliedFullWidth(by: factor)
        let (sum, overflow) = low.addingReportingOverflow(carry)
        limb = sum
        carry = high &+ (overflow ? 1 : 0)
    }

    @inline(__always)
    private static func negate(_ limb: inout UInt64, _ carry: inout UInt64) {
        let (sum, overflow) = (~limb).addingReportingOverflow(carry)
        limb = sum
        carry = overflow ? 1 : 0
    }

    /// Feeds all digits to `take` in groups of up to 18, as (10^digits, value). Returns whether the number is negative.
    @inline(__always)
    private static func chunks(
        _ text: UnsafeRawBufferPointer,
        integerDigits: Int,
        scale: Int,
        take: (UInt64, UInt64) -> Void
    ) throws(ColumnValueError) -> Bool {
        let parts = try parts(text, integerDigits: integerDigits, scale: scale)
        var factor: UInt64 = 1
        var value: UInt64 = 0
        var index = parts.start
        var padding = parts.padding
        while true {
            let next: UInt64
            if index == parts.point && index < parts.end {
                index += 1
                continue
            } else if index < parts.end {
                next = UInt64(try digit(text[index]))
                index += 1
            } else if padding > 0 {
                next = 0
                padding -= 1
            } else {
                break
            }
            value = value &* 10 &+ next
            factor = factor &* 10
            if factor == 1_000_000_000_000_000_000 {
                take(factor, value)
                factor = 1
                value = 0
            }
        }
        if factor > 1 { take(factor, value) }
        return parts.isNegative
    }

    @inline(__always)
    private static func digit(_ byte: UInt8) throws(ColumnValueError) -> UInt8 {
        let digit = byte &- UInt8(ascii: "0")
        guard digit <= 9 else { throw .malformed }
        return digit
    }

    @inline(__always)
    private static func parts(
        _ text: UnsafeRawBufferPointer,
        integerDigits: Int,
        scale: Int
    ) throws(ColumnValueError) -> Parts {
        let end = text.count
        guard end > 0 else { throw .malformed }
        let isNegative = text[0] == UInt8(ascii: "-")
        var start = isNegative ? 1 : 0
        guard start < end else { throw .malformed }
        // The server prints every digit of the scale, so the point is where it is expected.
        var point = end - scale - 1
        if scale == 0 {
            point = end
        } else if point < start || text[point] != UInt8(ascii: ".") {
            point = start
            while point < end && text[point] != UInt8(ascii: ".") { point += 1 }
        }
        let fractionDigits = point < end ? end - point - 1 : 0
        guard point > start || fractionDigits > 0 else { throw .malformed }
        while start < point && text[start] == UInt8(ascii: "0") { start += 1 }
        guard point - start <= integerDigits, fractionDigits <= scale else { throw .malformed }
        return Parts(isNegative: isNegative, start: start, point: point, end: end, padding: scale - fractionDigits)
    }
}
