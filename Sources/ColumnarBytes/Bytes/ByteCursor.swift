/// A reading position in bytes that are kept alive by someone else.
///
/// Every read checks its bounds once and throws instead of trapping, so bytes from outside can never crash the process.
/// Integers are little-endian, as MySQL and ClickHouse send them, unless the name says otherwise. The cursor must not
/// outlive the bytes: use it inside the `withUnsafeBytes` (or the channel read) that it was made in.
@frozen
public struct ByteCursor {
    @usableFromInline
    var here: UnsafeRawPointer
    /// Where the next read starts.
    @inlinable
    public var position: UnsafeRawPointer { here }
    /// One past the last readable byte.
    public let end: UnsafeRawPointer

    @inlinable
    public init(_ bytes: UnsafeRawBufferPointer) {
        if let base = bytes.baseAddress {
            self.init(from: base, to: base + bytes.count)
        } else {
            let nowhere = UnsafeRawPointer(bitPattern: 8)!
            self.init(from: nowhere, to: nowhere)
        }
    }

    @inlinable
    init(from position: UnsafeRawPointer, to end: UnsafeRawPointer) {
        here = position
        self.end = end
    }

    /// Bytes left.
    @inlinable
    public var remaining: Int { end - here }

    @inlinable
    public var isAtEnd: Bool { here == end }

    /// The bytes left, without moving.
    @inlinable
    public var rest: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: here, count: remaining) }

    @inlinable
    @inline(__always)
    func require(_ count: Int) throws(ByteCursorError) {
        if count < 0 || count > end - here { throw .truncated(needed: count, available: end - here) }
    }

    /// Moves on without reading.
    @inlinable
    @inline(__always)
    public mutating func skip(_ count: Int) throws(ByteCursorError) {
        try require(count)
        advance(count)
    }

    @inlinable
    @inline(__always)
    mutating func advance(_ count: Int) { here += count }

    /// Reads a little-endian integer of the type's own width.
    @inlinable
    @inline(__always)
    public mutating func read<T: FixedWidthInteger>(_ type: T.Type = T.self) throws(ByteCursorError) -> T {
        try require(MemoryLayout<T>.size)
        let value = here.loadUnaligned(as: T.self)
        advance(MemoryLayout<T>.size)
        return T(littleEndian: value)
    }

    /// Reads a big-endian integer of the type's own width.
    @inlinable
    @inline(__always)
    public mutating func readBigEndian<T: FixedWidthInteger>(_ type: T.Type = T.self) throws(ByteCursorError) -> T {
        try require(MemoryLayout<T>.size)
        let value = here.loadUnaligned(as: T.self)
        advance(MemoryLayout<T>.size)
        return T(bigEndian: value)
    }

    /// Reads three bytes as an unsigned little-endian integer.
    @inlinable
    @inline(__always)
    public mutating func readUInt24() throws(ByteCursorError) -> UInt32 {
        try require(3)
        let low = UInt32(UInt16(littleEndian: here.loadUnaligned(as: UInt16.self)))
        let high = UInt32(here.load(fromByteOffset: 2, as: UInt8.self))
        advance(3)
        return high << 16 | low
    }

    /// Reads `width` bytes (0 to 8) as an unsigned little-endian integer.
    @inlinable
    public mutating func readUInt(width: Int) throws(ByteCursorError) -> UInt64 {
        try require(width)
        var value: UInt64 = 0
        for index in 0..<width {
            value |= UInt64(here.load(fromByteOffset: index, as: UInt8.self)) << (8 &* UInt64(index))
        }
        advance(width)
        return value
    }

    /// Reads `width` bytes (0 to 8) as an unsigned big-endian integer.
    @inlinable
    public mutating func readUIntBigEndian(width: Int) throws(ByteCursorError) -> UInt64 {
        try require(width)
        var value: UInt64 = 0
        for index in 0..<width {
            value = value << 8 | UInt64(here.load(fromByteOffset: index, as: UInt8.self))
        }
        advance(width)
        return value
    }

    /// Reads `count` bytes as a view that lives as long as the cursor's own bytes.
    @inlinable
    @inline(__always)
    public mutating func readBytes(_ count: Int) throws(ByteCursorError) -> UnsafeRawBufferPointer {
        try require(count)
        let bytes = UnsafeRawBufferPointer(start: here, count: count)
        advance(count)
        return bytes
    }

    /// Reads all that is left.
    @inlinable
    public mutating func readRest() -> UnsafeRawBufferPointer {
        let bytes = rest
        advance(remaining)
        return bytes
    }

    /// Reads up to a zero byte, which is consumed and not returned.
    @inlinable
    public mutating func readNullTerminated() throws(ByteCursorError) -> UnsafeRawBufferPointer {
        var length = 0
        let available = remaining
        while length < available {
            if here.load(fromByteOffset: length, as: UInt8.self) == 0 {
                let bytes = UnsafeRawBufferPointer(start: here, count: length)
                advance(length + 1)
                return bytes
            }
            length += 1
        }
        throw .truncated(needed: available + 1, available: available)
    }

    /// Reads an unsigned LEB128 integer (ClickHouse's VarUInt), at most ten bytes.
    @inlinable
    public mutating func readVarUInt() throws(ByteCursorError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = try read(UInt8.self)
            if shift == 63 && byte > 1 { throw .overflow }
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
            if shift > 63 { throw .overflow }
        }
    }

    /// A cursor over the next `count` bytes; this one moves past them.
    @inlinable
    public mutating func slice(_ count: Int) throws(ByteCursorError) -> ByteCursor {
        ByteCursor(try readBytes(count))
    }
}

/// Why bytes could not be read.
public enum ByteCursorError: Error, Equatable {
    /// The bytes end before the value does. Counts are in bytes.
    case truncated(needed: Int, available: Int)
    /// A variable-length integer does not fit 64 bits.
    case overflow
}
