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
        /// UInt16 ordinals (1-based) into `values`; 0 is the empty string. MySQL's ENUM, sent as
        /// LowCardinality(String).
        case dictionary(values: [String])
    }

    public let layout: Layout
    public let isNullable: Bool
    // Behind a pointer, so that appending needs no dynamic check for exclusive access.
    @usableFromInline
    let rowCount: UnsafeMutablePointer<Int>
    /// Values appended, NULLs counted.
    @inlinable
    public var rows: Int { rowCount.pointee }
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
        rowCount = .allocate(capacity: 1)
        rowCount.initialize(to: 0)
        data = GrowableBytes(minimumCapacity: minimumCapacity)
        nulls = GrowableBytes()
    }

    deinit { rowCount.deallocate() }

    /// For loops over many values; must not outlive this object.
    @inlinable
    @inline(__always)
    public var sink: ColumnSink {
        ColumnSink(data: data.sink, nulls: nulls.sink, rowCount: rowCount, width: width, isNullable: isNullable)
    }

    /// Bytes in use, for bounding batches.
    @inlinable
    public var byteCount: Int { data.count &+ nulls.count }

    /// Forgets the rows and keeps the storage.
    public func removeAll() {
        rowCount.pointee = 0
        data.removeAll()
        nulls.removeAll()
    }

    /// Forgets the rows after the first `newRows`, which must not exceed ``rows``. For taking back a row that failed
    /// half way: strings are counted from the first, so this is not for hot paths.
    public func truncate(toRows newRows: Int) {
        precondition(newRows >= 0 && newRows <= rows)
        if width > 0 {
            data.truncate(to: newRows * width)
        } else {
            let bytes = data.bytes
            var end = 0
            for _ in 0..<newRows {
                var length = 0
                var shift = 0
                while bytes[end] & 0x80 != 0 {
                    length |= Int(bytes[end] & 0x7F) << shift
                    shift += 7
                    end += 1
                }
                length |= Int(bytes[end]) << shift
                end += 1 + length
            }
            data.truncate(to: end)
        }
        if isNullable { nulls.truncate(to: newRows) }
        rowCount.pointee = newRows
    }

    /// Gives the values of a column with the layout ``Layout/string``, row by row; of NULL the empty one.
    @inlinable
    @inline(__always)
    public func forEachString<Failure: Error>(
        _ body: (_ row: Int, _ value: UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        let bytes = data.bytes
        var offset = 0
        for row in 0..<rows {
            var length = 0
            var shift = 0
            while true {
                let byte = bytes[offset]
                offset &+= 1
                length |= Int(byte & 0x7F) << shift
                if byte & 0x80 == 0 { break }
                shift &+= 7
            }
            try body(row, UnsafeRawBufferPointer(rebasing: bytes[offset..<offset &+ length]))
            offset &+= length
        }
    }

    /// Appends an integer whose width is the layout's width (an ordinal for `.dictionary`).
    @inlinable
    @inline(__always)
    public func append<T: FixedWidthInteger>(_ value: T) { sink.append(value) }

    /// Appends the raw bytes of one fixed-width value; their count must be the layout's width.
    @inlinable
    @inline(__always)
    public func appendFixed(_ bytes: UnsafeRawBufferPointer) { sink.appendFixed(bytes) }

    /// Appends one string.
    @inlinable
    @inline(__always)
    public func appendString(_ bytes: UnsafeRawBufferPointer) { sink.appendString(bytes) }

    /// Appends one string of `bytes` followed by zero bytes up to `length` (BINARY(n), whose zeros MySQL trims).
    @inlinable
    public func appendString(_ bytes: UnsafeRawBufferPointer, zeroPaddedTo length: Int) {
        sink.appendString(bytes, zeroPaddedTo: length)
    }

    /// Appends NULL. The column must be nullable: decoders check and throw where the source says NULL and the target
    /// cannot.
    @inlinable
    public func appendNull() { sink.appendNull() }

    /// Appends the type's default (zero, empty): the columns of a tombstone apart from its key. NULL where nullable.
    @inlinable
    public func appendDefault() { sink.appendDefault() }
}
