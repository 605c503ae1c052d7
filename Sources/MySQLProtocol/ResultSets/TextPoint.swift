/// A DOUBLE's bits, out of the point that it was made the first coordinate of.
///
/// MySQL takes a quarter of a copy's time to print a double, and to read it back takes long too. A point is its two
/// coordinates as they are: SRID 0 (4 bytes), then in WKB the byte order (1, little-endian), the type (1, 4 bytes) and
/// the coordinates. https://dev.mysql.com/doc/refman/8.4/en/gis-data-formats.html
enum TextPoint {
    static let bytes = 25

    /// The first coordinate of a point whose second one is zero.
    @inline(__always)
    static func x(_ cell: UnsafeRawBufferPointer) throws(ColumnValueError) -> Double {
        guard cell.count == bytes,
            // SRID 0, little-endian, the type's first three bytes; then its last.
            UInt64(littleEndian: cell.loadUnaligned(as: UInt64.self)) == 0x0000_0101_0000_0000, cell[8] == 0,
            cell.loadUnaligned(fromByteOffset: 17, as: UInt64.self) == 0
        else { throw .malformed }
        let x = Double(bitPattern: UInt64(littleEndian: cell.loadUnaligned(fromByteOffset: 9, as: UInt64.self)))
        guard x.isFinite else { throw .malformed }
        return x
    }
}
