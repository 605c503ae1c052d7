import WireBytes

/// The values of one column, kept exactly as ClickHouse's Native format lays them out, so that encoding a block copies
/// bytes and computes nothing.
///
/// Decoders append; one owner at a time (see ``GrowableBytes``). A nullable column has one flag byte a row (1 = NULL)
/// and holds a default value where the flag is set.
public final class ColumnBuffer: @unchecked Sendable {
    // Sendable because a buffer is handed over whole, from the decoder to the inserter, and never shared.

    /// How values are laid out.
    public enum Layout: Hashable, Sendable {
        /// Values of 1, 2, 4, 8, 16 or 32 bytes, little-endian.
        case fixed(width: Int)
        /// VarUInt length, then the bytes.
        case string
        /// UInt16 ordinals (1-based) into `values`; 0 is the empty string. MySQL's ENUM, sent as LowCardinality(String).
        case dictionary(values: [String])
    }

    public let layout: Layout
    public let isNullable: Bool
    @usableFromInline
    var rowCount = 0
    /// Values appended, NULLs counted.
    @inlinable
    public var rows: Int { rowCount }
    /// The values' bytes.
    public let data: GrowableBytes
    /// One byte a row when nullable, else empty.
    public let nulls: GrowableBytes
    /// Bytes of one value; 0 for strings.
    @usableFromInline
    let width: Int

    public init(layout: Layout, isNullable: Bool, minimumCapacity: Int = 0) {
        self.layout = layout
        self.isNullable = isNullable
        switch layout {
        case .fixed(let width): self.width = width
        case .string: width = 0
        case .dictionary: width = 2
        }
        data = GrowableBytes(minimumCapacity: minimumCapacity)
        nulls = GrowableBytes()
    }

    /// Bytes in use, for bounding batches.
    @inlinable
    public var byteCount: Int { data.count &+ nulls.count }

    /// Forgets the rows and keeps the storage.
    public func removeAll() {
        rowCount = 0
        data.removeAll()
        nulls.removeAll()
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
        data.appendVarUInt(UInt64(bytes.count))
        data.append(bytes)
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

    /// Appends NULL. The column must be nullable: decoders check and throw where the source says NULL and the target cannot.
    @inlinable
    public func appendNull() {
        precondition(isNullable)
        appendZero()
        nulls.append(UInt8(1))
        countRow()
    }

    /// Appends the type's default (zero, empty): the columns of a tombstone beside its key. NULL where nullable.
    @inlinable
    public func appendDefault() {
        if isNullable {
            appendNull()
        } else {
            appendZero()
            countRow()
        }
    }

    @inlinable
    @inline(__always)
    func appendZero() { data.append(repeating: 0, count: width == 0 ? 1 : width) }

    @inlinable
    @inline(__always)
    func countPresent() {
        if isNullable { nulls.append(UInt8(0)) }
        countRow()
    }

    @inlinable
    @inline(__always)
    func countRow() { rowCount &+= 1 }
}
