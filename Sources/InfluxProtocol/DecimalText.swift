#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Numbers in decimal notation, read exactly: what line protocol, JSON and CSV have in common. The callers have checked
/// the syntax.
enum DecimalText {
    /// Powers of ten that a Double holds exactly.
    private static let powers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    /// The digits of a number before they become a value.
    struct Digits {
        var isNegative = false
        /// The significant digits without the point, modulo 2^64 where there are more than 19.
        var mantissa: UInt64 = 0
        /// Digits counted in `mantissa`, leading zeros left out.
        var count = 0
        /// The power of ten that `mantissa` is to be multiplied with; saturated.
        var exponent = 0

        @inline(__always)
        mutating func append(_ digit: UInt8) {
            mantissa = mantissa &* 10 &+ UInt64(digit)
            if count > 0 || digit != 0 { count &+= 1 }
        }
    }

    /// The Double nearest to the number that `text` spells; `nil` where none is finite.
    @inline(__always)
    static func double(_ digits: Digits, text: UnsafeRawBufferPointer) -> Double? {
        // Clinger: both operands are exact, so the one operation rounds correctly.
        if digits.count <= 19 && digits.mantissa <= 1 << 53 {
            let mantissa = Double(digits.mantissa)
            if digits.exponent == 0 { return digits.isNegative ? -mantissa : mantissa }
            if digits.exponent < 0 && digits.exponent >= -22 {
                let value = mantissa / powers[-digits.exponent]
                return digits.isNegative ? -value : value
            }
            if digits.exponent > 0 && digits.exponent <= 22 {
                let value = mantissa * powers[digits.exponent]
                return digits.isNegative ? -value : value
            }
        }
        return slowDouble(text)
    }

    /// By the C library, which rounds correctly. The process never leaves the C locale.
    @inline(never)
    private static func slowDouble(_ text: UnsafeRawBufferPointer) -> Double? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: text.count + 1) { copy -> Double? in
            for index in 0..<text.count { copy[index] = CChar(bitPattern: text[index]) }
            copy[text.count] = 0
            guard let start = copy.baseAddress else { return nil }
            var end: UnsafeMutablePointer<CChar>?
            let value = strtod(start, &end)
            return end == start + text.count && value.isFinite ? value : nil
        }
    }

    /// The Int64 that `[-]digits` spells; `nil` where it does not fit, or is not of this form.
    @inline(__always)
    static func integer(_ text: UnsafeRawBufferPointer) -> Int64? {
        let isNegative = text.first == UInt8(ascii: "-")
        guard let magnitude = unsigned(isNegative ? UnsafeRawBufferPointer(rebasing: text.dropFirst()) : text) else {
            return nil
        }
        if isNegative {
            return magnitude <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil
        }
        return Int64(exactly: magnitude)
    }

    /// The UInt64 that `digits` spells; `nil` where it does not fit, or is not of this form.
    @inline(__always)
    static func unsigned(_ text: UnsafeRawBufferPointer) -> UInt64? {
        if text.isEmpty { return nil }
        var value: UInt64 = 0
        if text.count <= 19 {
            for byte in text {
                let digit = byte &- 0x30
                if digit > 9 { return nil }
                value = value &* 10 &+ UInt64(digit)
            }
            return value
        }
        for byte in text {
            let digit = byte &- 0x30
            if digit > 9 { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
            if overflow || carry { return nil }
            value = sum
        }
        return value
    }
}
