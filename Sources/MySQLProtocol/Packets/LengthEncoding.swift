import ColumnarBytes

/// MySQL's length-encoded integers and strings.
///
/// One byte up to 250, else a marker (0xFC, 0xFD, 0xFE) and 2, 3 or 8 bytes. 0xFB is NULL in a text row and 0xFF an
/// error packet's first byte; neither is a length.
/// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_dt_integers.html
public enum LengthEncoding {
    /// Reads an integer.
    ///
    /// - Throws: ``PacketError/truncated`` where the bytes end early, ``PacketError/malformed(_:)`` at 0xFB and 0xFF.
    public static func readInteger(from cursor: inout ByteCursor) throws(PacketError) -> UInt64 {
        do {
            let first = try cursor.read(UInt8.self)
            switch first {
            case 0xFB, 0xFF: break
            case 0xFC: return try cursor.readUInt(width: 2)
            case 0xFD: return try cursor.readUInt(width: 3)
            case 0xFE: return try cursor.readUInt(width: 8)
            default: return UInt64(first)
            }
        } catch {
            throw .truncated
        }
        throw .malformed("a length-encoded integer starts with 0xFB or 0xFF")
    }

    /// Reads a string: its length, then its bytes, as a view that lives as long as the cursor's bytes.
    public static func readBytes(from cursor: inout ByteCursor) throws(PacketError) -> UnsafeRawBufferPointer {
        let length = try readInteger(from: &cursor)
        guard length <= UInt64(cursor.remaining) else { throw .truncated }
        do {
            return try cursor.readBytes(Int(length))
        } catch {
            throw .truncated
        }
    }

    /// Reads a string as text; bytes that are no UTF-8 are replaced, as befits messages and names.
    static func readString(from cursor: inout ByteCursor) throws(PacketError) -> String {
        String(decoding: try readBytes(from: &cursor), as: UTF8.self)
    }

    /// Appends an integer in its shortest form.
    static func append(_ value: UInt64, to bytes: inout [UInt8]) {
        switch value {
        case ..<0xFB:
            bytes.append(UInt8(value))
        case ..<0x1_0000:
            bytes.append(0xFC)
            appendLittleEndian(UInt16(value), to: &bytes)
        case ..<0x100_0000:
            bytes.append(0xFD)
            bytes.append(UInt8(truncatingIfNeeded: value))
            appendLittleEndian(UInt16(truncatingIfNeeded: value >> 8), to: &bytes)
        default:
            bytes.append(0xFE)
            appendLittleEndian(value, to: &bytes)
        }
    }

    /// Appends a string with its length.
    static func append(_ string: some Collection<UInt8>, to bytes: inout [UInt8]) {
        append(UInt64(string.count), to: &bytes)
        bytes.append(contentsOf: string)
    }

    /// Appends an integer of fixed width.
    static func appendLittleEndian(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
}
