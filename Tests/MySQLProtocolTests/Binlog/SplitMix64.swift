/// A small deterministic source of randomness, and what to do to bytes with it.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    mutating func below(_ limit: Int) -> Int { limit <= 1 ? 0 : Int(next() % UInt64(limit)) }

    /// Changes bytes the way decoders dislike: flipped bits, extreme integers, cuts, insertions, parts of another
    /// input.
    mutating func mutate(_ bytes: inout [UInt8], with other: [UInt8]) {
        for _ in 0...below(3) {
            guard !bytes.isEmpty else { return }
            let position = below(bytes.count)
            switch below(8) {
            case 0, 1: bytes[position] ^= 1 << UInt8(below(8))
            case 2: bytes[position] = [0, 1, 0x7F, 0x80, 0xFA, 0xFB, 0xFC, 0xFD, 0xFE, 0xFF][below(10)]
            case 3:
                let width = [2, 3, 4, 8][below(4)]
                let value: UInt64 = [0, 1, 0xFFFF, 0x7FFF_FFFF, 0xFFFF_FFFF, .max, .max >> 1, UInt64(below(5000))][
                    below(8)
                ]
                for index in 0..<width where position + index < bytes.count {
                    bytes[position + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index))
                }
            case 4: bytes.removeSubrange(position...)
            case 5: bytes.removeSubrange(position..<min(bytes.count, position + 1 + below(8)))
            case 6: bytes.insert(contentsOf: (0...below(8)).map { _ in UInt8(below(256)) }, at: position)
            default:
                guard !other.isEmpty else { continue }
                let start = below(other.count)
                let part = other[start..<min(other.count, start + 1 + below(64))]
                bytes.replaceSubrange(position..<min(bytes.count, position + part.count), with: part)
            }
        }
    }
}
