/// XXH64 with seed 0, as ClickHouse's `xxHash64` computes it of a value's bytes: fast, and no protection against
/// somebody who wants two values to have the same hash.
///
/// Layout of the rounds: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
public enum XXHash64 {
    @usableFromInline static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
    @usableFromInline static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
    @usableFromInline static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
    @usableFromInline static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
    @usableFromInline static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

    @inlinable
    public static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        let count = bytes.count
        var offset = 0
        var value: UInt64
        if count >= 32 {
            var (a, b, c, d) = (prime1 &+ prime2, prime2, UInt64(0), 0 &- prime1)
            repeat {
                a = round(a, word(bytes, offset))
                b = round(b, word(bytes, offset &+ 8))
                c = round(c, word(bytes, offset &+ 16))
                d = round(d, word(bytes, offset &+ 24))
                offset &+= 32
            } while offset &+ 32 <= count
            value = rotated(a, 1) &+ rotated(b, 7) &+ rotated(c, 12) &+ rotated(d, 18)
            for lane in [a, b, c, d] { value = (value ^ round(0, lane)) &* prime1 &+ prime4 }
        } else {
            value = prime5
        }
        value &+= UInt64(truncatingIfNeeded: count)
        while offset &+ 8 <= count {
            value = mixed(value, word(bytes, offset))
            offset &+= 8
        }
        if offset &+ 4 <= count {
            let half = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
            value = rotated(value ^ UInt64(half) &* prime1, 23) &* prime2 &+ prime3
            offset &+= 4
        }
        while offset < count {
            value = rotated(value ^ UInt64(bytes[offset]) &* prime5, 11) &* prime1
            offset &+= 1
        }
        return finished(value)
    }

    /// The hash of eight bytes, read as a little-endian integer.
    @inlinable
    @inline(__always)
    public static func hash(_ eight: UInt64) -> UInt64 { finished(mixed(prime5 &+ 8, eight)) }

    @inlinable
    @inline(__always)
    static func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    @inlinable
    @inline(__always)
    static func rotated(_ value: UInt64, _ bits: UInt64) -> UInt64 { value &<< bits | value &>> (64 &- bits) }

    @inlinable
    @inline(__always)
    static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 { rotated(lane &+ word &* prime2, 31) &* prime1 }

    @inlinable
    @inline(__always)
    static func mixed(_ value: UInt64, _ word: UInt64) -> UInt64 {
        rotated(value ^ round(0, word), 27) &* prime1 &+ prime4
    }

    @inlinable
    @inline(__always)
    static func finished(_ value: UInt64) -> UInt64 {
        var value = value
        value = (value ^ value &>> 33) &* prime2
        value = (value ^ value &>> 29) &* prime3
        return value ^ value &>> 32
    }
}
