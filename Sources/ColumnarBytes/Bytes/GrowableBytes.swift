/// Bytes that grow at the end and are reused after `removeAll()`: what row paths append to.
///
/// One owner at a time: whoever holds it appends; handing it on hands all of it on. Capacity grows by half and is kept.
public final class GrowableBytes: @unchecked Sendable {
    // Sendable because ownership moves as a whole between the decoding event loop and the inserting task, never shared.

    // Behind a pointer, so that appending needs no dynamic check for exclusive access.
    @usableFromInline
    let storage: UnsafeMutablePointer<ByteSink.Storage>

    public init(minimumCapacity: Int = 0) {
        storage = .allocate(capacity: 1)
        storage.initialize(to: ByteSink.Storage(capacity: max(minimumCapacity, 64)))
    }

    deinit {
        storage.pointee.base.deallocate()
        storage.deallocate()
    }

    /// For loops over many small values; must not outlive this object.
    @inlinable
    @inline(__always)
    public var sink: ByteSink { ByteSink(storage) }

    /// Bytes in use.
    @inlinable
    public var count: Int { storage.pointee.count }

    /// Bytes allocated.
    @inlinable
    public var capacity: Int { storage.pointee.capacity }

    /// The bytes in use; valid until the next append.
    @inlinable
    public var bytes: UnsafeRawBufferPointer { sink.bytes }

    /// The bytes in use; valid until the next append.
    @inlinable
    public var mutableBytes: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: storage.pointee.base, count: count)
    }

    /// Forgets the content and keeps the storage.
    public func removeAll() { sink.removeAll() }

    /// Forgets everything after the first `newCount` bytes.
    public func truncate(to newCount: Int) {
        precondition(newCount >= 0 && newCount <= count)
        storage.pointee.count = newCount
    }

    /// Makes room for `extra` more bytes and returns where they go. Write them, then call `commit`.
    @inlinable
    @inline(__always)
    public func reserve(_ extra: Int) -> UnsafeMutableRawPointer { sink.reserve(extra) }

    /// Counts `written` bytes, which must have been reserved, as content.
    @inlinable
    @inline(__always)
    public func commit(_ written: Int) { sink.commit(written) }

    /// Appends an integer, little-endian.
    @inlinable
    @inline(__always)
    public func append<T: FixedWidthInteger>(_ value: T) { sink.append(value) }

    @inlinable
    @inline(__always)
    public func append(_ bytes: UnsafeRawBufferPointer) { sink.append(bytes) }

    @inlinable
    public func append(repeating byte: UInt8, count: Int) { sink.append(repeating: byte, count: count) }

    /// Appends an unsigned LEB128 integer (ClickHouse's VarUInt).
    @inlinable
    @inline(__always)
    public func appendVarUInt(_ value: UInt64) { sink.appendVarUInt(value) }
}
