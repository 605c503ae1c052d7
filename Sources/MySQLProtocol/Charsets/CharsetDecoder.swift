import ColumnarBytes

/// Turns text of one of MySQL's character sets into UTF-8, as the server's own `CONVERT(… USING utf8mb4)` does.
struct CharsetDecoder {
    private enum Form {
        /// One byte a character: code points of the bytes 0 to 255, 0xFFFF for bytes without one.
        case singleByte([UInt16])
        case utf16(isBigEndian: Bool)
        /// Two bytes a character; halves of pairs are none.
        case ucs2
        case utf32
        case multiByte(MultiByteTable)
    }

    private let form: Form

    /// - Returns: nil for sets that no known server has.
    init?(charset: String) {
        switch charset {
        case "ucs2": form = .ucs2
        case "utf16": form = .utf16(isBigEndian: true)
        case "utf16le": form = .utf16(isBigEndian: false)
        case "utf32": form = .utf32
        default:
            if let table = MultiByteTable.table(of: charset) {
                form = .multiByte(table)
            } else if let table = SingleByteCharsets.table(named: charset) {
                form = .singleByte(table)
            } else {
                return nil
            }
        }
    }

    /// Whether all bytes are text in the set, so that nothing can be lost where the server converts it.
    var isTotal: Bool {
        switch form {
        case .singleByte(let table): !table.contains(0xFFFF)
        case .utf16, .ucs2, .utf32, .multiByte: false
        }
    }

    /// One byte a character, so that none is U+FFFD, which the server gives for what is no character in `tis620`.
    var isSingleByte: Bool {
        if case .singleByte = form { true } else { false }
    }

    /// Appends `bytes` as UTF-8.
    ///
    /// - Throws: `.malformed` for bytes that are no text in the set; some may be appended by then.
    func append(_ bytes: UnsafeRawBufferPointer, to output: ByteSink) throws(ColumnValueError) {
        var cursor = ByteCursor(bytes)
        do {
            switch form {
            case .singleByte(let table):
                for byte in bytes {
                    guard table[Int(byte)] != 0xFFFF else { throw ColumnValueError.malformed }
                    output.appendUTF8(UInt32(table[Int(byte)]))
                }
            case .utf16(let isBigEndian):
                while !cursor.isAtEnd {
                    let unit = try isBigEndian ? cursor.readBigEndian(UInt16.self) : cursor.read()
                    var scalar = UInt32(unit)
                    if 0xD800...0xDBFF ~= unit {
                        let low = try isBigEndian ? cursor.readBigEndian(UInt16.self) : cursor.read()
                        guard 0xDC00...0xDFFF ~= low else { throw ColumnValueError.malformed }
                        scalar = 0x10000 + (UInt32(unit & 0x3FF) << 10 | UInt32(low & 0x3FF))
                    } else if 0xDC00...0xDFFF ~= unit {
                        throw ColumnValueError.malformed
                    }
                    output.appendUTF8(scalar)
                }
            case .multiByte(let table):
                var rest = bytes[...]
                while !rest.isEmpty { output.appendUTF8(try table.next(&rest)) }
            case .ucs2:
                while !cursor.isAtEnd {
                    let unit = try cursor.readBigEndian(UInt16.self)
                    guard !(0xD800...0xDFFF ~= unit) else { throw ColumnValueError.malformed }
                    output.appendUTF8(UInt32(unit))
                }
            case .utf32:
                while !cursor.isAtEnd {
                    let scalar = try cursor.readBigEndian(UInt32.self)
                    guard scalar <= 0x10FFFF, !(0xD800...0xDFFF ~= scalar) else { throw ColumnValueError.malformed }
                    output.appendUTF8(scalar)
                }
            }
        } catch {
            throw .malformed
        }
    }

    /// The text; nil if it is not all text.
    func exactString(_ bytes: UnsafeRawBufferPointer) -> String? {
        let output = GrowableBytes(minimumCapacity: bytes.count * 2)
        guard (try? append(bytes, to: output.sink)) != nil else { return nil }
        return String(decoding: output.bytes, as: UTF8.self)
    }

    /// The text, as far as it is any: for statements and names, where a broken character must not stop the stream.
    func string(_ bytes: UnsafeRawBufferPointer) -> String {
        let output = GrowableBytes(minimumCapacity: bytes.count * 2)
        try? append(bytes, to: output.sink)
        return String(decoding: output.bytes, as: UTF8.self)
    }
}

extension ByteSink {
    /// Appends a scalar below 0x110000 that is no surrogate.
    func appendUTF8(_ scalar: UInt32) {
        switch scalar {
        case ..<0x80: append(UInt8(truncatingIfNeeded: scalar))
        case ..<0x800:
            append(UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6))
            append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
        case ..<0x10000:
            append(UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12))
            append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F))
            append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
        default:
            append(UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18))
            append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 12 & 0x3F))
            append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F))
            append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
        }
    }
}
