import Testing

@testable import Verification

@Suite("SipHash") struct SipHashTests {
    @Test(
        "gives what ClickHouse's sipHash64 gives",
        arguments: [
            ("", 2_202_906_307_356_721_367),
            ("abc", 4_596_069_200_710_135_518),
            ("12345678", 6_766_637_294_834_280_856),
            ("123456789012345", 7_596_366_566_405_954_022),
        ] as [(String, UInt64)]
    )
    func hash(text: String, expected: UInt64) {
        #expect(Array(text.utf8).withUnsafeBytes { SipHash.hash($0) } == expected)
    }
}
