import ColumnarBytes
import Testing

@Suite("CRC-32")
struct CRC32Tests {
    @Test(
        "the check value of the catalogue",
        arguments: [("123456789", UInt32(0xCBF4_3926)), ("", 0), ("a", 0xE8B7_BE43)]
    )
    func checkValue(text: String, expected: UInt32) {
        let bytes = Array(text.utf8)
        #expect(bytes.withUnsafeBytes { CRC32.checksum($0) } == expected)
    }

    @Test("the same whatever the pieces")
    func pieces() {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ 7) }
        let whole = bytes.withUnsafeBytes { CRC32.checksum($0) }
        for cut in [0, 1, 7, 8, 9, 500, 999] {
            var crc = CRC32()
            bytes.withUnsafeBytes { all in
                crc.update(UnsafeRawBufferPointer(rebasing: all[..<cut]))
                crc.update(UnsafeRawBufferPointer(rebasing: all[cut...]))
            }
            #expect(crc.value == whole)
        }
    }
}
