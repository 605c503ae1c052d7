import ColumnarBytes

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Turns MySQL's text of a FLOAT or DOUBLE into the bits of its value, with the C library's parser: on purpose not the
/// one that the snapshot decodes with, so that neither can hide a mistake of the other.
enum FloatingText {
    /// The text is not one of a value of that type; its value is not shown.
    struct Malformed: Error {}

    /// Longer than anything that MySQL prints for a number.
    private static let bytesMax = 63

    static func bits(of text: UnsafeRawBufferPointer, isSingle: Bool) throws(Malformed) -> UInt64 {
        guard !text.isEmpty, text.count <= bytesMax else { throw Malformed() }
        let value = withUnsafeTemporaryAllocation(byteCount: bytesMax + 1, alignment: 1) { buffer -> Double? in
            buffer.copyMemory(from: text)
            buffer[text.count] = 0
            guard let start = buffer.baseAddress?.assumingMemoryBound(to: CChar.self) else { return nil }
            var end: UnsafeMutablePointer<CChar>?
            let value = strtod(start, &end)
            return end == start + text.count ? value : nil
        }
        guard let value else { throw Malformed() }
        guard isSingle else { return value.bitPattern }
        // The product that is read is a double, and holds a float exactly.
        guard let single = Float(exactly: value) else { throw Malformed() }
        return UInt64(single.bitPattern)
    }
}
