/// MySQL's length-encoded integers and strings:
/// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_dt_integers.html
extension ByteCursor {
    /// Reads a length-encoded integer: one byte below 251, else a marker byte and 2, 3 or 8 bytes.
    ///
    /// - Throws: `.truncated`; `.overflow` for the markers 251 (NULL in result rows) and 255, which are no integers.
    @inlinable
    public mutating func readLengthEncodedInteger() throws(ByteCursorError) -> UInt64 {
        let first = try read(UInt8.self)
        switch first {
        case ..<251: return UInt64(first)
        case 252: return try readUInt(width: 2)
        case 253: return try readUInt(width: 3)
        case 254: return try readUInt(width: 8)
        default: throw .overflow
        }
    }

    /// Reads a length-encoded integer that counts bytes or elements which must still be there, so that no count from
    /// outside exceeds what is left to read.
    @inlinable
    public mutating func readLengthEncodedCount() throws(ByteCursorError) -> Int {
        let count = try readLengthEncodedInteger()
        if count > UInt64(remaining) { throw .truncated(needed: Int(clamping: count), available: remaining) }
        return Int(count)
    }

    /// Reads a length-encoded string as a view.
    @inlinable
    public mutating func readLengthEncodedBytes() throws(ByteCursorError) -> UnsafeRawBufferPointer {
        try readBytes(readLengthEncodedCount())
    }
}
