import ColumnarBytes
import Testing

@testable import MySQLProtocol

/// Documents that no server stores; those that one does are in the real binlog.
@Suite("Binary JSON")
struct BinaryJSONTests {
    private func text(_ document: [UInt8]) throws -> String {
        let output = GrowableBytes()
        try document.withUnsafeBytes { try BinaryJSON.appendText(of: $0, to: output.sink) }
        return String(decoding: output.bytes, as: UTF8.self)
    }

    /// `depth` arrays, each in the other: a count, a size, one entry of type small array at offset 7.
    private func nested(_ depth: Int) -> [UInt8] {
        var document: [UInt8] = [0, 0, 4, 0]
        for _ in 1..<depth {
            let size = document.count + 7
            document = [1, 0, UInt8(size & 0xFF), UInt8(size >> 8), 2, 7, 0] + document
        }
        return [2] + document
    }

    @Test("nesting ends where MySQL's does")
    func depth() throws {
        #expect(try text(nested(100)) == String(repeating: "[", count: 100) + String(repeating: "]", count: 100))
        #expect(throws: ColumnValueError.malformed) { try text(nested(101)) }
    }

    @Test(
        "offsets that lead nowhere are errors",
        arguments: [
            [2, 1, 0, 7, 0, 2, 7, 0],  // a value past the end
            [2, 1, 0, 7, 0, 2, 0, 0],  // a value that is its own container
            [2, 1, 0, 200, 0, 4, 0, 0],  // larger than the document
            [2, 255, 255, 7, 0, 4, 0, 0],  // more elements than bytes
            [0, 1, 0, 12, 0, 11, 0, 5, 0, 4, 0, 0, 0x61],  // a key that is too long
            [4, 3], [4], [11, 0, 0], [12, 5, 0x61], [12, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [99, 0],
            [15, 246, 2, 66, 0], [15, 246, 3, 5, 9, 0], [15, 12, 3, 1, 2, 3],
        ] as [[UInt8]]
    )
    func malformed(document: [UInt8]) {
        #expect(throws: ColumnValueError.malformed) { try text(document) }
    }

    @Test("many entries for the same bytes cannot make a small document large")
    func expansion() {
        // Levels of arrays whose 60 elements all are the level below: 60^8 values in 1.5 kB.
        var document: [UInt8] = [0, 0, 4, 0]
        for _ in 0..<8 {
            let header = 4 + 60 * 3
            let size = header + document.count
            let entry: [UInt8] = [2, UInt8(header & 0xFF), UInt8(header >> 8)]
            document =
                [60, 0, UInt8(size & 0xFF), UInt8(size >> 8)] + Array(repeatElement(entry, count: 60).joined())
                + document
        }
        #expect(throws: ColumnValueError.malformed) { try text([2] + document) }
    }

    @Test(
        "doubles print as MySQL prints them in JSON",
        arguments: [
            (1.0, "1.0"), (-0.0, "-0.0"), (0.1, "0.1"), (1e15, "1e15"), (123456789012345.0, "123456789012345.0"),
            (1e-14, "0.00000000000001"), (1e-16, "1e-16"), (1234567890123456.7, "1234567890123456.8"),
            (Double.leastNonzeroMagnitude, "5e-324"),
            (-1.5e300, "-1.5e300"), (.infinity, "0.0"),
        ]
    )
    func doubles(value: Double, printed: String) {
        let output = GrowableBytes()
        output.sink.appendJSONDouble(value)
        #expect(String(decoding: output.bytes, as: UTF8.self) == printed)
    }
}
