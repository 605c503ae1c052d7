import ColumnarBytes

/// Doubles as text that reads back as the same Double.
enum ShortestDouble {
    /// What sensors send (few decimals) goes without an allocation; anything else as Swift's shortest description.
    static func append(_ value: Double, to bytes: GrowableBytes) {
        let magnitude = value.magnitude
        if magnitude < 1e9 {
            var scale = 1.0
            var decimals = 0
            while decimals <= 6 {
                let scaled = (magnitude * scale).rounded()
                // Dividing two exact numbers rounds correctly, as reading the digits will.
                if scaled / scale == magnitude {
                    append(digits: UInt64(scaled), decimals: decimals, isNegative: value.sign == .minus, to: bytes)
                    return
                }
                decimals += 1
                scale *= 10
            }
        }
        var text = value.description
        text.withUTF8 { bytes.append(UnsafeRawBufferPointer($0)) }
    }

    private static func append(digits: UInt64, decimals: Int, isNegative: Bool, to bytes: GrowableBytes) {
        let place = bytes.reserve(24)
        var used = 0
        if isNegative {
            place.storeBytes(of: UInt8(ascii: "-"), as: UInt8.self)
            used = 1
        }
        var length = 1
        var rest = digits
        while rest >= 10 {
            rest /= 10
            length += 1
        }
        length = max(length, decimals + 1)
        let total = used + length + (decimals > 0 ? 1 : 0)
        var index = total - 1
        rest = digits
        for written in 0..<length {
            if written == decimals && decimals > 0 {
                place.storeBytes(of: UInt8(ascii: "."), toByteOffset: index, as: UInt8.self)
                index -= 1
            }
            let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: 10)
            place.storeBytes(of: UInt8(truncatingIfNeeded: remainder) &+ 0x30, toByteOffset: index, as: UInt8.self)
            rest = quotient
            index -= 1
        }
        bytes.commit(total)
    }
}
