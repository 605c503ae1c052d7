/// The end of a ``ColumnBuffer``, to append values to without counting references or checking exclusive access: what
/// decoders hold for the length of a batch.
///
/// Must not outlive the ``ColumnBuffer`` it comes from.
@frozen
public struct ColumnSink {
    public let data: ByteSink
    @usableFromInline
    let nulls: ByteSink
    @usableFromInline
    let rowCount: UnsafeMutablePointer<Int>
    /// Bytes of one value; 0 for strings.
    @usableFromInline
    let width: Int
    public let isNullable: Bool

    @inlinable
    init(data: ByteSink, nulls: ByteSink, rowCount: UnsafeMutablePointer<Int>, width: Int, isNullable: Bool) {
        self.data = data
        self.nulls = nulls
        self.rowCount = rowCount
        self.width = width
        self.isNullable = isNullable
    }

    /// Appends an integer whose width is the layout's width (an ordinal for `.dictionary`).
    @inlinable
    @inline(__always)
    public func append<T: FixedWidthInteger>(_ value: T) {
        assert(MemoryLayout<T>.size == width)
        data.append(value)
        countPresent()
    }

    /// Appends the raw bytes of one fixed-width value; their count must be the layout's width.
    @inlinable
    @inline(__always)
    public func appendFixed(_ bytes: UnsafeRawBufferPointer) {
        assert(bytes.count == width)
        data.append(bytes)
        countPresent()
    }

    /// Appends one string.
    @inlinable
    @inline(__always)
    public func appendString(_ bytes: UnsafeRawBufferPointer) {
        let count = bytes.count
        let place = data.reserve(count &+ 10)
        if count < 0x80 {
            // Most strings: one byte of length, one reservation.
            place.storeBytes(of: UInt8(truncatingIfNeeded: count), as: UInt8.self)
            if let source = bytes.baseAddress { (place + 1).copyMemory(from: source, byteCount: count) }
            data.commit(count &+ 1)
        } else {
            data.appendVarUInt(UInt64(count))
            data.append(bytes)
        }
        countPresent()
    }

    /// Appends one string of `bytes` followed by zero bytes up to `length` (BINARY(n), whose zeros MySQL trims).
    @inlinable
    public func appendString(_ bytes: UnsafeRawBufferPointer, zeroPaddedTo length: Int) {
        let padding = max(0, length - bytes.count)
        data.appendVarUInt(UInt64(bytes.count + padding))
        data.append(bytes)
        if padding > 0 { data.append(repeating: 0, count: padding) }
        countPresent()
    }

    /// Appends NULL. The column must be nullable: decoders check and throw where the source says NULL and the target
    /// cannot.
    @inlinable
    public func appendNull() {
        precondition(isNullable)
        appendZero()
        nulls.append(UInt8(1))
        rowCount.pointee &+= 1
    }

    /// Appends the type's default (zero, empty): the columns of a tombstone apart from its key. NULL where nullable.
    @inlinable
    public func appendDefault() {
        if isNullable {
            appendNull()
        } else {
            appendZero()
            rowCount.pointee &+= 1
        }
    }

    @inlinable
    @inline(__always)
    func appendZero() { data.append(repeating: 0, count: width == 0 ? 1 : width) }

    @inlinable
    @inline(__always)
    func countPresent() {
        if isNullable { nulls.append(UInt8(0)) }
        rowCount.pointee &+= 1
    }
}
