import ColumnarBytes

/// Two independent sums, modulo 2⁶⁴, of hashes of the texts of key and floating columns (``CanonicalForm/floating``).
struct FloatingSums: Hashable, Sendable {
    /// Of the CRC-32.
    var crc: UInt64 = 0
    /// Of the SipHash.
    var sip: UInt64 = 0

    mutating func add(_ text: UnsafeRawBufferPointer) {
        crc &+= UInt64(CRC32.checksum(text))
        sip &+= SipHash.hash(text)
    }
}
