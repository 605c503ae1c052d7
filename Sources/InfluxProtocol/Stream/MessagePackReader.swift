/// Reads MessagePack token by token from bytes that are kept alive by someone else. Never trusts a length or a nesting.
///
/// Format: https://github.com/msgpack/msgpack/blob/master/spec.md
struct MessagePackReader {
    let base: UnsafeRawPointer
    let end: Int
    var at: Int

    init(_ bytes: UnsafeRawBufferPointer, from start: Int) {
        // Nothing is read where there are no bytes; any address will do.
        base = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 8).unsafelyUnwrapped
        end = bytes.count
        at = start
    }

    @inline(__always)
    mutating func readByte() throws(DecodingFault) -> UInt8 {
        if at >= end { throw .incomplete }
        let byte = base.load(fromByteOffset: at, as: UInt8.self)
        at &+= 1
        return byte
    }

    /// The next byte, without reading it.
    @inline(__always)
    func peek() throws(DecodingFault) -> UInt8 {
        if at >= end { throw .incomplete }
        return base.load(fromByteOffset: at, as: UInt8.self)
    }

    /// Reads a big-endian integer.
    @inline(__always)
    mutating func read<T: FixedWidthInteger>(_ type: T.Type) throws(DecodingFault) -> T {
        if end &- at < MemoryLayout<T>.size { throw .incomplete }
        let value = (base + at).loadUnaligned(as: T.self)
        at &+= MemoryLayout<T>.size
        return T(bigEndian: value)
    }

    @inline(__always)
    mutating func readBytes(_ count: Int) throws(DecodingFault) -> UnsafeRawBufferPointer {
        if count > end &- at { throw .incomplete }
        let bytes = UnsafeRawBufferPointer(start: base + at, count: count)
        at &+= count
        return bytes
    }

    /// The length that the head of a string says; `nil` where no string comes next.
    @inline(__always)
    mutating func stringLength() throws(DecodingFault) -> Int? {
        let head = try peek()
        if head & 0xE0 == 0xA0 {
            at &+= 1
            return Int(head & 0x1F)
        }
        switch head {
        case 0xD9, 0xC4:
            at &+= 1
            return Int(try read(UInt8.self))
        case 0xDA, 0xC5:
            at &+= 1
            return Int(try read(UInt16.self))
        case 0xDB, 0xC6:
            at &+= 1
            return Int(try read(UInt32.self))
        default: return nil
        }
    }

    /// A string that must come next.
    @inline(__always)
    mutating func string() throws(DecodingFault) -> UnsafeRawBufferPointer {
        guard let length = try stringLength() else { throw .malformed("a string") }
        return try readBytes(length)
    }

    mutating func text() throws(DecodingFault) -> String { String(decoding: try string(), as: UTF8.self) }

    @inline(__always)
    mutating func arrayCount() throws(DecodingFault) -> Int {
        let head = try readByte()
        if head & 0xF0 == 0x90 { return Int(head & 0x0F) }
        switch head {
        case 0xDC: return Int(try read(UInt16.self))
        case 0xDD: return Int(try read(UInt32.self))
        case 0xC0: return 0
        default: throw .malformed("an array")
        }
    }

    mutating func mapCount() throws(DecodingFault) -> Int {
        let head = try readByte()
        if head & 0xF0 == 0x80 { return Int(head & 0x0F) }
        switch head {
        case 0xDE: return Int(try read(UInt16.self))
        case 0xDF: return Int(try read(UInt32.self))
        default: throw .malformed("a map")
        }
    }

    mutating func boolean() throws(DecodingFault) -> Bool {
        switch try readByte() {
        case 0xC2: return false
        case 0xC3: return true
        default: throw .malformed("a boolean")
        }
    }

    /// A whole number: its bits, and whether it is negative; `nil` where none comes next.
    @inline(__always)
    mutating func integer() throws(DecodingFault) -> (bits: UInt64, isNegative: Bool)? {
        let head = try peek()
        if head < 0x80 {
            at &+= 1
            return (UInt64(head), false)
        }
        if head >= 0xE0 { return signed(Int64(Int8(bitPattern: try readByte()))) }
        if head < 0xCC || head > 0xD3 { return nil }
        at &+= 1
        switch head {
        case 0xCC: return (UInt64(try read(UInt8.self)), false)
        case 0xCD: return (UInt64(try read(UInt16.self)), false)
        case 0xCE: return (UInt64(try read(UInt32.self)), false)
        case 0xCF: return (try read(UInt64.self), false)
        case 0xD0: return signed(Int64(try read(Int8.self)))
        case 0xD1: return signed(Int64(try read(Int16.self)))
        case 0xD2: return signed(Int64(try read(Int32.self)))
        default: return signed(try read(Int64.self))
        }
    }

    @inline(__always)
    private func signed(_ value: Int64) -> (bits: UInt64, isNegative: Bool) {
        (UInt64(bitPattern: value), value < 0)
    }

    /// Reads any value and forgets it. What is nested is counted, not descended into.
    mutating func skipValue() throws(DecodingFault) {
        // Two 32-bit counts at a time, each paid for with bytes: far from overflowing.
        var pending: UInt64 = 1
        while pending > 0 {
            pending &-= 1
            let head = try readByte()
            switch head {
            case 0x00...0x7F, 0xE0...0xFF, 0xC0, 0xC2, 0xC3: break
            case 0x80...0x8F: pending &+= 2 * UInt64(head & 0x0F)
            case 0x90...0x9F: pending &+= UInt64(head & 0x0F)
            case 0xA0...0xBF: _ = try readBytes(Int(head & 0x1F))
            case 0xC4, 0xD9: _ = try readBytes(Int(try read(UInt8.self)))
            case 0xC5, 0xDA: _ = try readBytes(Int(try read(UInt16.self)))
            case 0xC6, 0xDB: _ = try readBytes(Int(try read(UInt32.self)))
            case 0xC7: _ = try readBytes(Int(try read(UInt8.self)) + 1)
            case 0xC8: _ = try readBytes(Int(try read(UInt16.self)) + 1)
            case 0xC9: _ = try readBytes(Int(try read(UInt32.self)) + 1)
            case 0xCC, 0xD0: _ = try readBytes(1)
            case 0xCD, 0xD1: _ = try readBytes(2)
            case 0xCA, 0xCE, 0xD2: _ = try readBytes(4)
            case 0xCB, 0xCF, 0xD3: _ = try readBytes(8)
            case 0xD4...0xD8: _ = try readBytes(1 + 1 << Int(head - 0xD4))
            case 0xDC: pending &+= UInt64(try read(UInt16.self))
            case 0xDD: pending &+= UInt64(try read(UInt32.self))
            case 0xDE: pending &+= 2 * UInt64(try read(UInt16.self))
            case 0xDF: pending &+= 2 * UInt64(try read(UInt32.self))
            default: throw .malformed("a value")
            }
        }
    }
}
