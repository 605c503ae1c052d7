import Testing

@testable import ColumnarBytes

@Suite("XXH64")
struct XXHash64Tests {
    /// Known answers of the reference implementation, one for each way through the rounds.
    @Test(
        "gives what the reference implementation gives",
        arguments: [
            ("", 0xEF46_DB37_51D8_E999), ("a", 0xD24E_C4F1_A98C_6E5B), ("abc", 0x44BC_2CF5_AD77_0999),
            ("message digest", 0x066E_D728_FCEE_B3BE),
            ("abcdefghijklmnopqrstuvwxyz", 0xCFE1_F278_FA89_835C),
            ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 0xAAA4_6907_D304_7814),
            (
                "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
                0xE04A_477F_19EE_145D
            ),
        ] as [(String, UInt64)]
    )
    func knownAnswers(text: String, expected: UInt64) {
        #expect(Array(text.utf8).withUnsafeBytes { XXHash64.hash($0) } == expected)
    }

    @Test("eight bytes have the same hash as an integer")
    func integers() {
        for value in [0, 1, 0x0123_4567_89AB_CDEF, .max] as [UInt64] {
            #expect(withUnsafeBytes(of: value.littleEndian) { XXHash64.hash($0) } == XXHash64.hash(value))
        }
    }
}
