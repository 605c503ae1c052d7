import ColumnarBytes

/// Writes one document; see ``BinaryJSON``.
struct BinaryJSONWriter {
    let output: ByteSink
    let byteCountMax: Int

    /// Two characters as one little-endian integer.
    private static let commaBlank = UInt16(UInt8(ascii: ",")) | UInt16(UInt8(ascii: " ")) << 8
    private static let colonBlank = UInt16(UInt8(ascii: ":")) | UInt16(UInt8(ascii: " ")) << 8

    /// Appends the value that `bytes` begins with.
    func appendValue(type: UInt8, _ bytes: UnsafeRawBufferPointer, depth: Int) throws {
        guard output.count <= byteCountMax else { throw ColumnValueError.malformed }
        var cursor = ByteCursor(bytes)
        switch type {
        case 0x00: try appendContainer(bytes, isObject: true, isLarge: false, depth: depth + 1)
        case 0x01: try appendContainer(bytes, isObject: true, isLarge: true, depth: depth + 1)
        case 0x02: try appendContainer(bytes, isObject: false, isLarge: false, depth: depth + 1)
        case 0x03: try appendContainer(bytes, isObject: false, isLarge: true, depth: depth + 1)
        case 0x04: try appendLiteral(cursor.read())
        case 0x05: output.appendInteger(Int64(try cursor.read(Int16.self)))
        case 0x06: output.appendInteger(UInt64(try cursor.read(UInt16.self)))
        case 0x07: output.appendInteger(Int64(try cursor.read(Int32.self)))
        case 0x08: output.appendInteger(UInt64(try cursor.read(UInt32.self)))
        case 0x09: output.appendInteger(try cursor.read(Int64.self))
        case 0x0A: output.appendInteger(try cursor.read(UInt64.self))
        case 0x0B: output.appendJSONDouble(Double(bitPattern: try cursor.read()))
        case 0x0C: output.appendJSONString(try cursor.readBytes(BinaryJSONWriter.readLength(&cursor)))
        case 0x0F:
            let field = try cursor.read(UInt8.self)
            try appendOpaque(field: field, cursor.readBytes(BinaryJSONWriter.readLength(&cursor)))
        default: throw ColumnValueError.malformed
        }
    }

    @inline(__always)
    private func appendLiteral(_ code: UInt8) throws {
        switch code {
        case 0: output.appendASCII("null")
        case 1: output.appendASCII("true")
        case 2: output.appendASCII("false")
        default: throw ColumnValueError.malformed
        }
    }

    /// Seven bits a byte, lowest first, at most five bytes.
    private static func readLength(_ cursor: inout ByteCursor) throws -> Int {
        let length = try cursor.readVarUInt()
        guard length <= UInt64(UInt32.max) else { throw ColumnValueError.malformed }
        return Int(length)
    }

    @inline(__always)
    private static func readOffset(_ cursor: inout ByteCursor, isLarge: Bool) throws(ByteCursorError) -> Int {
        isLarge ? Int(try cursor.read(UInt32.self)) : Int(try cursor.read(UInt16.self))
    }

    private func appendContainer(
        _ bytes: UnsafeRawBufferPointer,
        isObject: Bool,
        isLarge: Bool,
        depth: Int
    ) throws {
        guard depth <= BinaryJSON.depthMax else { throw ColumnValueError.malformed }
        let width = isLarge ? 4 : 2
        var header = ByteCursor(bytes)
        let count = try BinaryJSONWriter.readOffset(&header, isLarge: isLarge)
        let size = try BinaryJSONWriter.readOffset(&header, isLarge: isLarge)
        let keyEntry = isObject ? width + 2 : 0
        let headerSize = 2 * width + count * (keyEntry + 1 + width)
        guard size <= bytes.count, headerSize <= size else { throw ColumnValueError.malformed }
        let container = UnsafeRawBufferPointer(rebasing: bytes[..<size])
        var keys = ByteCursor(try header.readBytes(count * keyEntry))
        output.append(UInt8(ascii: isObject ? "{" : "["))
        for index in 0..<count {
            if index > 0 { output.append(BinaryJSONWriter.commaBlank) }
            if isObject {
                let offset = try BinaryJSONWriter.readOffset(&keys, isLarge: isLarge)
                let length = Int(try keys.read(UInt16.self))
                guard offset >= headerSize, offset <= size, length <= size - offset else {
                    throw ColumnValueError.malformed
                }
                output.appendJSONString(UnsafeRawBufferPointer(rebasing: container[offset..<(offset + length)]))
                output.append(BinaryJSONWriter.colonBlank)
            }
            let type = try header.read(UInt8.self)
            let entry = try header.readBytes(width)
            if BinaryJSONWriter.isInlined(type, isLarge: isLarge) {
                try appendValue(type: type, entry, depth: depth)
            } else {
                var offsetBytes = ByteCursor(entry)
                let offset = try BinaryJSONWriter.readOffset(&offsetBytes, isLarge: isLarge)
                guard offset >= headerSize, offset < size else { throw ColumnValueError.malformed }
                try appendValue(type: type, UnsafeRawBufferPointer(rebasing: container[offset...]), depth: depth)
            }
        }
        output.append(UInt8(ascii: isObject ? "}" : "]"))
    }

    private static func isInlined(_ type: UInt8, isLarge: Bool) -> Bool {
        switch type {
        case 0x04, 0x05, 0x06: true
        case 0x07, 0x08: isLarge
        default: false
        }
    }

    /// A value of one of MySQL's own types, tagged with its field type.
    private func appendOpaque(field: UInt8, _ bytes: UnsafeRawBufferPointer) throws {
        switch WireColumnType(rawValue: field) {
        case .newDecimal:
            guard bytes.count >= 2 else { throw ColumnValueError.malformed }
            let (precision, scale) = (Int(bytes[0]), Int(bytes[1]))
            guard (1...65).contains(precision), scale <= min(30, precision) else { throw ColumnValueError.malformed }
            let packed = PackedDecimal(precision: precision, scale: scale)
            var cursor = ByteCursor(UnsafeRawBufferPointer(rebasing: bytes[2...]))
            try packed.appendText(cursor.readBytes(packed.byteCount).baseAddress.unsafelyUnwrapped, to: output)
        case .date, .dateTime, .timestamp, .time:
            var cursor = ByteCursor(bytes)
            let packed = try cursor.read(Int64.self)
            output.append(UInt8(ascii: "\""))
            try appendTemporal(packed, field: field)
            output.append(UInt8(ascii: "\""))
        case .varString:
            // Text that the server kept as opaque; binary strings have other types.
            output.appendJSONString(bytes)
        default:
            output.appendASCII("\"base64:type")
            output.appendInteger(UInt64(field))
            output.append(UInt8(ascii: ":"))
            output.appendBase64(bytes)
            output.append(UInt8(ascii: "\""))
        }
    }

    /// 24 bits of microseconds; above them hour, minute and second, and year × 13 + month and day, as in a DATETIME.
    private func appendTemporal(_ packed: Int64, field: UInt8) throws {
        let magnitude = packed.magnitude
        let microseconds = magnitude & 0xFF_FFFF
        let whole = magnitude >> 24
        guard microseconds < 1_000_000 else { throw ColumnValueError.malformed }
        if field == WireColumnType.time.rawValue {
            try PackedTime.appendTime(
                isNegative: packed < 0,
                hour: whole >> 12 & 0x3FF,
                minute: whole >> 6 & 63,
                second: whole & 63,
                fraction: microseconds,
                digits: 6,
                to: output
            )
            return
        }
        let yearAndMonth = whole >> 22
        guard packed >= 0, yearAndMonth / 13 <= 9999 else { throw ColumnValueError.malformed }
        output.appendDigits(yearAndMonth / 13, count: 4)
        output.append(UInt8(ascii: "-"))
        output.appendDigits(yearAndMonth % 13, count: 2)
        output.append(UInt8(ascii: "-"))
        output.appendDigits(whole >> 17 & 31, count: 2)
        if field == WireColumnType.date.rawValue { return }
        let hour = whole >> 12 & 31
        guard hour < 24 else { throw ColumnValueError.malformed }
        output.append(UInt8(ascii: " "))
        try PackedTime.appendTime(
            isNegative: false,
            hour: hour,
            minute: whole >> 6 & 63,
            second: whole & 63,
            fraction: microseconds,
            digits: 6,
            to: output
        )
    }
}
