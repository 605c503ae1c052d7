import ColumnarBytes

/// The variable-length integers of MySQL's serialization library (8.3): the trailing one bits of the first byte count
/// the bytes that follow; then a zero bit (none where eight bytes follow), then the value, little-endian.
/// https://dev.mysql.com/doc/dev/mysql-server/latest/PageLibsMysqlSerialization.html
extension ByteCursor {
    mutating func readSerializedUInt() throws(ByteCursorError) -> UInt64 {
        let first = try read(UInt8.self)
        let following = (~first).trailingZeroBitCount
        let value = try readUInt(width: following)
        if following >= 7 {
            // 7: no bit of the first byte is the value's; 8: nor is there a zero bit.
            return value
        }
        return UInt64(first) >> UInt64(following + 1) | value << UInt64(7 - following)
    }

    /// Signed integers carry the sign in the lowest bit and the value, or its complement, above.
    mutating func readSerializedInt() throws(ByteCursorError) -> Int64 {
        let raw = try readSerializedUInt()
        let magnitude = Int64(bitPattern: raw >> 1)
        return raw & 1 == 0 ? magnitude : ~magnitude
    }
}
