import ColumnarBytes

extension ByteSink {
    /// Appends a quoted string with MySQL's escapes: `"`, `\`, and control characters, those without a letter of their
    /// own as `\u00xx`. All else passes as it is.
    func appendJSONString(_ bytes: UnsafeRawBufferPointer) {
        if bytes.count <= 64 {
            // Most strings: one reservation for the longest outcome, then bytes only.
            let place = reserve(bytes.count &* 6 &+ 2)
            place.storeBytes(of: UInt8(ascii: "\""), as: UInt8.self)
            var end = 1
            for byte in bytes {
                guard byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") else {
                    return appendLongJSONString(bytes)
                }
                place.storeBytes(of: byte, toByteOffset: end, as: UInt8.self)
                end &+= 1
            }
            place.storeBytes(of: UInt8(ascii: "\""), toByteOffset: end, as: UInt8.self)
            commit(end &+ 1)
        } else {
            appendLongJSONString(bytes)
        }
    }

    private func appendLongJSONString(_ bytes: UnsafeRawBufferPointer) {
        append(UInt8(ascii: "\""))
        var start = 0
        for (index, byte) in bytes.enumerated() {
            if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") { continue }
            append(UnsafeRawBufferPointer(rebasing: bytes[start..<index]))
            start = index + 1
            append(UInt8(ascii: "\\"))
            switch byte {
            case 0x08: append(UInt8(ascii: "b"))
            case 0x09: append(UInt8(ascii: "t"))
            case 0x0A: append(UInt8(ascii: "n"))
            case 0x0C: append(UInt8(ascii: "f"))
            case 0x0D: append(UInt8(ascii: "r"))
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(byte)
            default:
                appendASCII("u00")
                append(UInt8(ascii: byte < 0x10 ? "0" : "1"))
                let low = byte & 15
                append(low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10)
            }
        }
        append(UnsafeRawBufferPointer(rebasing: bytes[start...]))
        append(UInt8(ascii: "\""))
    }

    /// Appends base64 as MySQL writes it into JSON: an escaped line end after every 76 characters but the last.
    func appendBase64(_ bytes: UnsafeRawBufferPointer) {
        func character(_ bits: UInt32) -> UInt8 {
            let bits = UInt8(truncatingIfNeeded: bits & 63)
            switch bits {
            case ..<26: return UInt8(ascii: "A") + bits
            case ..<52: return UInt8(ascii: "a") + bits - 26
            case ..<62: return UInt8(ascii: "0") + bits - 52
            default: return UInt8(ascii: bits == 62 ? "+" : "/")
            }
        }
        var index = 0
        while index < bytes.count {
            if index > 0, index.isMultiple(of: 57) { appendASCII("\\n") }
            let left = bytes.count - index
            var group = UInt32(bytes[index]) << 16
            if left > 1 { group |= UInt32(bytes[index + 1]) << 8 }
            if left > 2 { group |= UInt32(bytes[index + 2]) }
            append(character(group >> 18))
            append(character(group >> 12))
            append(left > 1 ? character(group >> 6) : UInt8(ascii: "="))
            append(left > 2 ? character(group) : UInt8(ascii: "="))
            index += 3
        }
    }

    /// Appends a double as MySQL prints it in JSON: the shortest digits that read back as the same value, as a plain
    /// number for exponents from -15 to 15, else with an exponent (`my_gcvt`); `.0` after what would read as an
    /// integer.
    func appendJSONDouble(_ value: Double) {
        guard value.isFinite else {
            // Cannot be in a document; MySQL prints 0.
            appendASCII("0.0")
            return
        }
        let (digits, pointPosition) = value.shortestDigits
        if value.sign == .minus { append(UInt8(ascii: "-")) }
        let count = digits.count
        digits.withUnsafeBytes { digits in
            if pointPosition < -14 || pointPosition > 15 && count <= pointPosition {
                append(digits[0])
                if count > 1 {
                    append(UInt8(ascii: "."))
                    append(UnsafeRawBufferPointer(rebasing: digits[1...]))
                }
                append(UInt8(ascii: "e"))
                appendInteger(Int64(pointPosition - 1))
            } else if pointPosition <= 0 {
                appendASCII("0.")
                append(repeating: UInt8(ascii: "0"), count: -pointPosition)
                append(digits)
            } else if pointPosition < count {
                append(UnsafeRawBufferPointer(rebasing: digits[..<pointPosition]))
                append(UInt8(ascii: "."))
                append(UnsafeRawBufferPointer(rebasing: digits[pointPosition...]))
            } else {
                append(digits)
                append(repeating: UInt8(ascii: "0"), count: pointPosition - count)
                appendASCII(".0")
            }
        }
    }
}

extension Double {
    /// The fewest decimal digits that read back as this finite value, and where the point is: the value is
    /// 0.DIGITS × 10^position. The sign is left out.
    fileprivate var shortestDigits: (digits: [UInt8], pointPosition: Int) {
        var digits: [UInt8] = []
        digits.reserveCapacity(20)
        var pointPosition: Int?
        var exponent = 0
        var exponentSign = 1
        var isExponent = false
        for byte in magnitude.description.utf8 {
            switch byte {
            case UInt8(ascii: "."): pointPosition = digits.count
            case UInt8(ascii: "e"):
                isExponent = true
            case UInt8(ascii: "-"): exponentSign = -1
            case UInt8(ascii: "+"): break
            default:
                if isExponent {
                    exponent = exponent * 10 + Int(byte - UInt8(ascii: "0"))
                } else {
                    digits.append(byte)
                }
            }
        }
        var position = (pointPosition ?? digits.count) + exponent * exponentSign
        let leadingZeros = digits.prefix { $0 == UInt8(ascii: "0") }.count
        digits.removeFirst(leadingZeros)
        position -= leadingZeros
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        if digits.isEmpty { return ([UInt8(ascii: "0")], 1) }
        return (digits, position)
    }
}
