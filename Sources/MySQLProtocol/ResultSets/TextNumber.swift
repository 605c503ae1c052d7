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
}
