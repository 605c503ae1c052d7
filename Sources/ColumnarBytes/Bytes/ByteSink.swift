/// The end of a ``GrowableBytes``, to append to without counting references or checking exclusive access: what loops
/// over many small values hold.
///
/// Must not outlive the ``GrowableBytes`` it comes from.
@frozen
public struct ByteSink {
    /// What a ``GrowableBytes`` consists of.
    @frozen
    @usableFromInline
    struct Storage {
        /// Start of the bytes; changes when they grow.
        @usableFromInline
        var base: UnsafeMutableRawPointer
        @usableFromInline
        var capacity: Int
        @usableFromInline
        var count: Int

        @usableFromInline
        init(capacity: Int) {
            base = .allocate(byteCount: capacity, alignment: 16)
            self.capacity = capacity
            count = 0
        }
    }

    @usableFromInline
    let storage: UnsafeMutablePointer<Storage>

    @inlinable
    @inline(__always)
    init(_ storage: UnsafeMutablePointer<Storage>) { self.storage = storage }

    /// Bytes in use.
    @inlinable
    @inline(__always)
    public var count: Int { storage.pointee.count }

    /// The bytes in use; valid until the next append.
    @inlinable
    @inline(__always)
    public var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: storage.pointee.base, count: storage.pointee.count)
    }

    /// Forgets the content and keeps the storage.
    @inlinable
    @inline(__always)
    public func removeAll() { storage.pointee.count = 0 }

    /// Makes room for `extra` more bytes and returns where they go. Write them, then call `commit`.
    @inlinable
    @inline(__always)
    public func reserve(_ extra: Int) -> UnsafeMutableRawPointer {
        if extra > storage.pointee.capacity - storage.pointee.count { grow(by: extra) }
        return storage.pointee.base + storage.pointee.count
    }

    /// Counts `written` bytes, which must have been reserved, as content.
    @inlinable
    @inline(__always)
    public func commit(_ written: Int) { storage.pointee.count &+= written }

    @usableFromInline
    @inline(never)
    func grow(by extra: Int) {
        let old = storage.pointee
        var capacity = old.capacity + old.capacity / 2
        if capacity < old.count + extra { capacity = old.count + extra }
        let bigger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        bigger.copyMemory(from: old.base, byteCount: old.count)
        old.base.deallocate()
        storage.pointee.base = bigger
        storage.pointee.capacity = capacity
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
