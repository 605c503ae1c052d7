/// A server's UUID: 16 bytes, printed as MySQL prints it (lower case, 8-4-4-4-12).
public struct MySQLUUID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The first eight bytes, big-endian, so that numbers order as MySQL orders the bytes.
    let high: UInt64
    /// The last eight bytes, big-endian.
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Parses 32 hexadecimal digits, with or without dashes and braces, in either case, as MySQL does.
    ///
    /// - Throws: ``GTIDError/invalidUUID``.
    public init(parsing text: some StringProtocol) throws(GTIDError) {
        var digits = 0
        var high: UInt64 = 0
        var low: UInt64 = 0
        var bytes = Array(text.utf8)
        if bytes.first == UInt8(ascii: "{"), bytes.last == UInt8(ascii: "}"), bytes.count == 38 {
            bytes = Array(bytes[1..<37])
        }
        guard bytes.count == 32 || bytes.count == 36 else { throw .invalidUUID }
        for (index, byte) in bytes.enumerated() {
            if bytes.count == 36, index == 8 || index == 13 || index == 18 || index == 23 {
                guard byte == UInt8(ascii: "-") else { throw .invalidUUID }
                continue
            }
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: throw .invalidUUID
            }
            if digits < 16 { high = high << 4 | UInt64(digit) } else { low = low << 4 | UInt64(digit) }
            digits += 1
        }
        self.init(high: high, low: low)
    }

    public static func < (left: Self, right: Self) -> Bool { (left.high, left.low) < (right.high, right.low) }

    /// The 16 bytes in the order of the text.
    public var bytes: [UInt8] {
        (0..<16).map { index in
            let half = index < 8 ? high : low
            return UInt8(truncatingIfNeeded: half >> UInt64(56 - index % 8 * 8))
        }
    }

    public var description: String {
        var text = ""
        text.reserveCapacity(36)
        for (index, byte) in bytes.enumerated() {
            if index == 4 || index == 6 || index == 8 || index == 10 { text += "-" }
            if byte < 16 { text += "0" }
            text += String(byte, radix: 16)
        }
        return text
    }
}
