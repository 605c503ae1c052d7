/// CRC-32 as zlib, Ethernet and MySQL's binlog compute it (polynomial 0xEDB88320, reflected), sixteen bytes a step
/// ("slicing by 16": one table for each position of a byte in the step).
public struct CRC32: Equatable, Sendable {
    private static let steps = 16
    /// Table n: the checksum of a byte followed by n zero bytes.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: steps * 256)
        for byte in 0..<256 {
            var value = UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
            tables[byte] = value
        }
        for byte in 0..<256 {
            for step in 1..<steps {
                let previous = tables[(step - 1) * 256 + byte]
                tables[step * 256 + byte] = previous >> 8 ^ tables[Int(previous & 0xFF)]
            }
        }
        return tables
    }()

    private var state: UInt32 = 0xFFFF_FFFF

    public init() {}

    /// The checksum of everything added so far.
    public var value: UInt32 { ~state }

    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        var crc = state
        var offset = 0
        let count = bytes.count
        CRC32.tables.withUnsafeBufferPointer { table in
            @inline(__always)
            func lookUp(_ word: UInt64, _ first: Int) -> UInt32 {
                let low =
                    table[(first + 7) * 256 + Int(word & 0xFF)] ^ table[(first + 6) * 256 + Int(word >> 8 & 0xFF)]
                    ^ table[(first + 5) * 256 + Int(word >> 16 & 0xFF)]
                    ^ table[(first + 4) * 256 + Int(word >> 24 & 0xFF)]
                let high =
                    table[(first + 3) * 256 + Int(word >> 32 & 0xFF)]
                    ^ table[(first + 2) * 256 + Int(word >> 40 & 0xFF)]
                    ^ table[(first + 1) * 256 + Int(word >> 48 & 0xFF)] ^ table[first * 256 + Int(word >> 56)]
                return low ^ high
            }
            while offset + 16 <= count {
                let first = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                let second = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self))
                crc = lookUp(first ^ UInt64(crc), 8) ^ lookUp(second, 0)
                offset += 16
            }
            while offset < count {
                crc = crc >> 8 ^ table[Int((crc ^ UInt32(bytes[offset])) & 0xFF)]
                offset += 1
            }
        }
        state = crc
    }

    public static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        var crc = CRC32()
        crc.update(bytes)
        return crc.value
    }
}
