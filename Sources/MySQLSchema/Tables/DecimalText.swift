/// A decimal number in its digits, without leading zeros before the point or trailing ones after it.
struct DecimalText {
    var isNegative: Bool
    /// At least one digit.
    var integer: String
    var fraction: String

    init(isNegative: Bool, integer: String, fraction: String) {
        self.isNegative = isNegative
        self.integer = integer
        self.fraction = fraction
    }

    /// - Returns: `nil` for anything but digits with an optional sign and point: no exponents.
    init?(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while bytes.first == UInt8(ascii: " ") { bytes.removeFirst() }
        while bytes.last == UInt8(ascii: " ") { bytes.removeLast() }
        isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative || bytes.first == UInt8(ascii: "+") { bytes.removeFirst() }
        let halves = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard halves.count <= 2, halves.contains(where: { !$0.isEmpty }),
            halves.allSatisfy({ $0.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } })
        else { return nil }
        let zero = UInt8(ascii: "0")
        let whole = halves[0].drop { $0 == zero }
        integer = whole.isEmpty ? "0" : String(decoding: whole, as: UTF8.self)
        var behind = halves.count == 2 ? halves[1] : []
        while behind.last == zero { behind.removeLast() }
        fraction = String(decoding: behind, as: UTF8.self)
        if integer == "0", fraction.isEmpty { isNegative = false }
    }

    /// With exactly `scale` digits after the point, of which there must be room for all.
    func text(scale: Int) -> String {
        let sign = isNegative ? "-" : ""
        guard scale > 0 else { return sign + integer }
        return "\(sign)\(integer).\(fraction)\(String(repeating: "0", count: max(0, scale - fraction.utf8.count)))"
    }

    static func fractionDigits(_ text: String) -> Int {
        text.utf8.firstIndex(of: UInt8(ascii: ".")).map { text.utf8.distance(from: $0, to: text.utf8.endIndex) - 1 }
            ?? 0
    }
}
