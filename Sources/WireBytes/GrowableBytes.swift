/// Bytes that grow at the end and are reused after `removeAll()`: what row paths append to.
///
/// One owner at a time: whoever holds it appends; handing it on hands all of it on. Capacity grows by half and is kept.
public final class GrowableBytes: @unchecked Sendable {
    // Sendable because ownership moves as a whole between the decoding event loop and the inserting task, never shared.

    /// Start of the storage; valid until the next append.
    @usableFromInline
    var base: UnsafeMutableRawPointer
    @usableFromInline
    var capacityInBytes: Int
    @usableFromInline
    var used: Int
    /// Bytes in use.
    @inlinable
    public var count: Int { used }

    public init(minimumCapacity: Int = 0) {
        capacityInBytes = max(minimumCapacity, 64)
        base = .allocate(byteCount: capacityInBytes, alignment: 16)
        used = 0
    }

    deinit { base.deallocate() }

    /// Bytes allocated.
    @inlinable
    public var capacity: Int { capacityInBytes }

    /// The bytes in use; valid until the next append.
    @inlinable
    public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    @inlinable
    public var mutableBytes: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(start: base, count: count) }

    /// Forgets the content and keeps the storage.
    public func removeAll() { used = 0 }

    /// Forgets all behind the first `newCount` bytes.
    public func truncate(to newCount: Int) {
        precondition(newCount >= 0 && newCount <= count)
        used = newCount
    }

    /// Makes room for `extra` more bytes and returns where they go. Write them, then call `commit`.
    @inlinable
    @inline(__always)
    public func reserve(_ extra: Int) -> UnsafeMutableRawPointer {
        if extra > capacityInBytes - count { grow(by: extra) }
        return base + count
    }

    /// Counts `written` bytes, which must have been reserved, as content.
    @inlinable
    @inline(__always)
    public func commit(_ written: Int) { used &+= written }

    @usableFromInline
    @inline(never)
    func grow(by extra: Int) {
        var capacity = capacityInBytes + capacityInBytes / 2
        if capacity < count + extra { capacity = count + extra }
        let bigger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        bigger.copyMemory(from: base, byteCount: count)
        base.deallocate()
        base = bigger
        capacityInBytes = capacity
    }

    /// Appends an integer, little-endian.
    @inlinable
    @inline(__always)
    public func append<T: FixedWidthInteger>(_ value: T) {
        reserve(MemoryLayout<T>.size).storeBytes(of: value.littleEndian, as: T.self)
        commit(MemoryLayout<T>.size)
    }

    @inlinable
    @inline(__always)
    public func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress else { return }
        reserve(bytes.count).copyMemory(from: source, byteCount: bytes.count)
        commit(bytes.count)
    }

    @inlinable
    public func append(repeating byte: UInt8, count: Int) {
        reserve(count).initializeMemory(as: UInt8.self, repeating: byte, count: count)
        commit(count)
    }

    /// Appends an unsigned LEB128 integer (ClickHouse's VarUInt).
    @inlinable
    @inline(__always)
    public func appendVarUInt(_ value: UInt64) {
        let place = reserve(10)
        var rest = value
        var length = 0
        while rest >= 0x80 {
            place.storeBytes(of: UInt8(truncatingIfNeeded: rest) | 0x80, toByteOffset: length, as: UInt8.self)
            rest >>= 7
            length &+= 1
        }
        place.storeBytes(of: UInt8(truncatingIfNeeded: rest), toByteOffset: length, as: UInt8.self)
        commit(length &+ 1)
    }
}
