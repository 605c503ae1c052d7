import ClickHouseFormat
import ColumnarBytes

/// The bytes as hexadecimal digits, to read beside a dump.
func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { byte in
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }.joined(separator: " ")
}

func bytes(hex text: String) -> [UInt8] {
    text.split { $0 == " " || $0 == "\n" }.compactMap { UInt8($0, radix: 16) }
}

/// Encodes one block into an array.
func encode(_ columns: [NativeColumn], rows: Int) throws(NativeFormatError) -> [UInt8] {
    let output = GrowableBytes()
    try NativeBlockEncoder.encode(columns: columns, rows: rows, into: output)
    return Array(output.bytes)
}

func decode(_ bytes: [UInt8], limits: NativeDecodingLimits = .init()) throws(NativeFormatError) -> [DecodedBlock] {
    let result = bytes.withUnsafeBytes { raw -> Result<[DecodedBlock], NativeFormatError> in
        do throws(NativeFormatError) {
            return .success(try NativeBlockDecoder.decodeBlocks(raw, limits: limits))
        } catch {
            return .failure(error)
        }
    }
    return try result.get()
}

extension ColumnBuffer {
    func append(string: String) {
        var string = string
        string.withUTF8 { appendString(UnsafeRawBufferPointer($0)) }
    }

    static func strings(_ values: [String?], isNullable: Bool = false) -> ColumnBuffer {
        let buffer = ColumnBuffer(layout: .string, isNullable: isNullable)
        for value in values { if let value { buffer.append(string: value) } else { buffer.appendNull() } }
        return buffer
    }

    static func integers<T: FixedWidthInteger>(_ values: [T?], isNullable: Bool = false) -> ColumnBuffer {
        let buffer = ColumnBuffer(layout: .fixed(width: MemoryLayout<T>.size), isNullable: isNullable)
        for value in values { if let value { buffer.append(value) } else { buffer.appendNull() } }
        return buffer
    }

    static func ordinals(_ ordinals: [UInt16?], of values: [String], isNullable: Bool = false) -> ColumnBuffer {
        let buffer = ColumnBuffer(layout: .dictionary(values: values), isNullable: isNullable)
        for ordinal in ordinals { if let ordinal { buffer.append(ordinal) } else { buffer.appendNull() } }
        return buffer
    }
}
