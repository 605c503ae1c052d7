import Testing

@testable import Verification

@Suite("The bits of MySQL's floating text") struct FloatingTextTests {
    private func bits(_ text: String, isSingle: Bool = false) throws -> UInt64 {
        var text = text
        return try text.withUTF8 { try FloatingText.bits(of: UnsafeRawBufferPointer($0), isSingle: isSingle) }
    }

    @Test(
        "are those of the nearest double",
        arguments: [
            ("0", 0.0), ("-0", -0.0), ("1.5", 1.5), ("1.7976931348623157e308", .greatestFiniteMagnitude),
            ("5e-324", .leastNonzeroMagnitude), ("-2.2250738585072014e-308", -.leastNormalMagnitude), ("0.1", 0.1),
        ] as [(String, Double)]
    )
    func double(text: String, value: Double) throws {
        #expect(try bits(text) == value.bitPattern)
    }

    @Test(
        "of a FLOAT are those of the float that the double is",
        arguments: [("1.100000023841858", 1.1), ("3.4028234663852886e38", .greatestFiniteMagnitude), ("-0", -0.0)]
            as [(String, Float)]
    )
    func single(text: String, value: Float) throws {
        #expect(try bits(text, isSingle: true) == UInt64(value.bitPattern))
    }

    @Test("of something else are an error", arguments: ["", "x", "1.5 ", "1,5", String(repeating: "1", count: 64)])
    func malformed(text: String) {
        #expect(throws: FloatingText.Malformed.self) { try bits(text) }
    }

    @Test("of a double that no FLOAT can be are an error")
    func inexact() {
        #expect(throws: FloatingText.Malformed.self) { try bits("1.1", isSingle: true) }
    }
}
