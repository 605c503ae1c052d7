import MySQLProtocol

/// The bytes that a string of hexadecimal digits stands for; blanks are for reading.
func hexBytes(_ hex: String) -> [UInt8] {
    let digits = hex.filter { !$0.isWhitespace }.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// Decodes from an array.
func decodePacket<T>(_ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) throws(PacketError) -> T) throws(PacketError)
    -> T
{
    let result: Result<T, PacketError> = bytes.withUnsafeBytes { raw in
        do throws(PacketError) { return .success(try body(raw)) } catch { return .failure(error) }
    }
    return try result.get()
}

/// The same numbers in every run: SplitMix64.
struct PacketTestRandom: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next() >> 32) }
    }
}
