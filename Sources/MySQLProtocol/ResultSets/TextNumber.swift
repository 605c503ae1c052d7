#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Parsers for the numbers that a MySQL server prints. Exact or an error; nothing is allocated.
enum TextNumber {
    /// Digits alone, at most `max`.
    @inline(__always)
    static func unsigned(_ text: UnsafeRawBufferPointer, max: UInt64) throws(ColumnValueError) -> UInt64 {
        let value = try digits(text, from: 0)
        guard value <= max else { throw .malformed }
        return value
    }

    /// Digits with an optional minus sign, from `-max − 1` to `max`.
    @inline(__always)
    static func signed(_ text: UnsafeRawBufferPointer, max: UInt64) throws(ColumnValueError) -> Int64 {
        guard text.first == UInt8(ascii: "-") else {
            let value = try digits(text, from: 0)
            guard value <= max else { throw .malformed }
            return Int64(truncatingIfNeeded: value)
        }
        let value = try digits(text, from: 1)
        guard value <= max + 1 else { throw .malformed }
        return 0 &- Int64(truncatingIfNeeded: value)
    }

    /// All bytes from `start` as decimal digits; there must be at least one.
    @inline(__always)
    static func digits(_ text: UnsafeRawBufferPointer, from start: Int) throws(ColumnValueError) -> UInt64 {
        let count = text.count - start
        guard count > 0, let base = text.baseAddress else { throw .malformed }
        // 19 digits always fit.
        if count > 19 { return try manyDigits(UnsafeRawBufferPointer(start: base + start, count: count)) }
        var value: UInt64 = 0
        var here = base + start
        let end = base + text.count
        while end - here >= 8 {
            let eight = UInt64(littleEndian: here.loadUnaligned(as: UInt64.self))
            guard isEightDigits(eight) else { throw .malformed }
            value = value &* 100_000_000 &+ eightDigits(eight)
            here += 8
        }
        while here < end {
            let digit = here.load(as: UInt8.self) &- UInt8(ascii: "0")
            guard digit <= 9 else { throw .malformed }
            value = value &* 10 &+ UInt64(digit)
            here += 1
        }
        return value
    }

    /// Twenty digits and more: leading zeros (ZEROFILL) or the top of BIGINT UNSIGNED.
    @inline(never)
    private static func manyDigits(_ text: UnsafeRawBufferPointer) throws(ColumnValueError) -> UInt64 {
        var value: UInt64 = 0
        for byte in text {
            let digit = byte &- UInt8(ascii: "0")
            guard digit <= 9 else { throw .malformed }
            let (product, isProductTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, isSumTooLarge) = product.addingReportingOverflow(UInt64(digit))
            guard !isProductTooLarge && !isSumTooLarge else { throw .malformed }
            value = sum
        }
        return value
    }

    /// Whether each of the eight bytes is '0'…'9'.
    @inline(__always)
    static func isEightDigits(_ bytes: UInt64) -> Bool {
        (bytes & 0xF0F0_F0F0_F0F0_F0F0) | (((bytes &+ 0x0606_0606_0606_0606) & 0xF0F0_F0F0_F0F0_F0F0) >> 4)
            == 0x3333_3333_3333_3333
    }

    /// The value of eight digits, the first in the lowest byte: pairs, fours, then all.
    @inline(__always)
    static func eightDigits(_ bytes: UInt64) -> UInt64 {
        var value = bytes &- 0x3030_3030_3030_3030
        value = value &* 10 &+ value >> 8
        let low = (value & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
        let high = ((value >> 16) & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001
        return (low &+ high) >> 32
    }

    /// A floating-point number, correctly rounded.
    ///
    /// Up to 19 digits with a small power of ten come out exact in one operation where the digits fit 53 bits (Clinger),
    /// and from one division of integers where they do not; the rest goes to the C library.
    static func double(_ text: UnsafeRawBufferPointer) throws(ColumnValueError) -> Double {
        var here = 0
        let count = text.count
        let isNegative = text.first == UInt8(ascii: "-")
        if isNegative { here = 1 }
        var mantissa: UInt64 = 0
        var digits = 0
        var exponent = 0
        var hasPoint = false
        while here < count {
            let byte = text[here]
            let digit = byte &- UInt8(ascii: "0")
            if digit <= 9 {
                mantissa = mantissa &* 10 &+ UInt64(digit)
                digits += 1
                if hasPoint { exponent -= 1 }
            } else if byte == UInt8(ascii: ".") && !hasPoint {
                hasPoint = true
            } else {
                break
            }
            here += 1
        }
        guard digits > 0 else { throw .malformed }
        if here < count {
            guard text[here] | 0x20 == UInt8(ascii: "e") else { throw .malformed }
            here += 1
            exponent += try self.exponent(UnsafeRawBufferPointer(rebasing: text[here...]))
        }
        if digits <= 19 && mantissa <= 1 << 53 && exponent >= -22 && exponent <= 22 {
            let magnitude = scaled(Double(mantissa), byPowerOfTen: exponent)
            return isNegative ? -magnitude : magnitude
        }
        if digits <= 19 && mantissa > 0 && exponent < 0 && exponent >= -19 {
            let magnitude = quotient(mantissa, byPowerOfTen: -exponent)
            return isNegative ? -magnitude : magnitude
        }
        return try slowDouble(text)
    }

    /// `mantissa` / 10^`exponent`, which must be at most 19, correctly rounded: the quotient of the integers to 63 bits or
    /// more, with its lowest bit set where there is a remainder, is on the same side of every halfway point.
    private static func quotient(_ mantissa: UInt64, byPowerOfTen exponent: Int) -> Double {
        var divisor: UInt64 = 1
        for _ in 0..<exponent { divisor = divisor &* 10 }
        let mantissaShift = mantissa.leadingZeroBitCount
        let divisorShift = divisor.leadingZeroBitCount
        // Both with their highest bit set: the quotient is between 2^62 and 2^64.
        let dividend = mantissa << UInt64(mantissaShift)
        let (quotient, remainder) = (divisor << UInt64(divisorShift)).dividingFullWidth((dividend >> 1, dividend << 63))
        let rounded = Double(quotient | (remainder == 0 ? 0 : 1))
        // A power of two between 2^-127 and 2^1, from its bits: multiplying by it is exact.
        return rounded * Double(bitPattern: UInt64(1023 + divisorShift - mantissaShift - 63) << 52)
    }

    private static func exponent(_ text: UnsafeRawBufferPointer) throws(ColumnValueError) -> Int {
        guard let first = text.first, text.count <= 6 else { throw .malformed }
        let isNegative = first == UInt8(ascii: "-")
        let value = Int(try digits(text, from: isNegative || first == UInt8(ascii: "+") ? 1 : 0))
        return isNegative ? -value : value
    }

    /// One multiplication or division of two exact numbers: rounded once.
    @inline(__always)
    private static func scaled(_ value: Double, byPowerOfTen exponent: Int) -> Double {
        exponent < 0 ? value / powerOfTen(-exponent) : value * powerOfTen(exponent)
    }

    /// Exact up to 10²².
    @inline(__always)
    private static func powerOfTen(_ exponent: Int) -> Double {
        switch exponent {
        case 0: 1
        case 1: 1e1
        case 2: 1e2
        case 3: 1e3
        case 4: 1e4
        case 5: 1e5
        case 6: 1e6
        case 7: 1e7
        case 8: 1e8
        case 9: 1e9
        case 10: 1e10
        case 11: 1e11
        case 12: 1e12
        case 13: 1e13
        case 14: 1e14
        case 15: 1e15
        case 16: 1e16
        case 17: 1e17
        case 18: 1e18
        case 19: 1e19
        case 20: 1e20
        case 21: 1e21
        default: 1e22
        }
    }

    /// The text is known to be digits with an optional sign, point and exponent. The process never leaves the "C" locale;
    /// under another, `strtod` would stop at the point, which is an error here and not another number.
    @inline(never)
    private static func slowDouble(_ text: UnsafeRawBufferPointer) throws(ColumnValueError) -> Double {
        // MySQL prints at most some 330 characters, and that only for DOUBLE(M,D).
        let bytesMax = 512
        guard text.count < bytesMax, let base = text.baseAddress else { throw .malformed }
        let parsed: Double? = withUnsafeTemporaryAllocation(byteCount: bytesMax, alignment: 1) { buffer in
            guard let start = buffer.baseAddress else { return nil }
            start.copyMemory(from: base, byteCount: text.count)
            start.storeBytes(of: 0, toByteOffset: text.count, as: UInt8.self)
            let characters = start.assumingMemoryBound(to: CChar.self)
            var end: UnsafeMutablePointer<CChar>?
            let value = strtod(characters, &end)
            guard end == characters + text.count, value.isFinite else { return nil }
            return value
        }
        guard let parsed else { throw .malformed }
        return parsed
    }
}
