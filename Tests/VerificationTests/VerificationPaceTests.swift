import Testing

@testable import Verification

@Suite("The pace of the background comparison") struct VerificationPaceTests {
    @Test(
        "rests so long that the source is busy for no more than its share",
        arguments: [
            (0.5, 0.5, 0.04, 12.0), (0.5, 3, 0.04, 9.5), (0.1, 5, 0.04, 0), (15, 20, 0.04, 355), (0.5, 0.5, 1, 0),
        ]
    )
    func rest(busy: Double, passed: Double, share: Double, expected: Double) {
        let rest = VerificationPace(share: share).rest(busy: .seconds(busy), passed: .seconds(passed))
        #expect(abs(rest / .seconds(1) - expected) < 1e-6)
    }
}
