/// What does not depend on the order of a window's points: how many there are, and two independent sums of hashes of
/// their texts (``ComparedMeasurement``).
struct WindowSums: Hashable, Sendable {
    var points: UInt64 = 0
    var texts = FloatingSums()

    mutating func add(_ other: WindowSums) {
        points &+= other.points
        texts.crc &+= other.texts.crc
        texts.sip &+= other.texts.sip
    }

    mutating func remove(_ other: WindowSums) {
        points &-= other.points
        texts.crc &-= other.texts.crc
        texts.sip &-= other.texts.sip
    }
}

extension WindowSums: CustomStringConvertible {
    /// For people and logs, without the number.
    var description: String {
        [texts.crc, texts.sip].map { value in
            let digits = String(value, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined(separator: "-")
    }
}
