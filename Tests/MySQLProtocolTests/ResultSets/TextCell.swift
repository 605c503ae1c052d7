import ColumnarBytes
import MySQLProtocol

/// Decodes single cells, for tests.
enum TextCell {
    static func layout(of type: MySQLType) -> ColumnBuffer.Layout {
        switch type {
        case .integer(let bytes, _): .fixed(width: bytes == 3 ? 4 : bytes)
        case .decimal(let precision, _):
            .fixed(width: precision <= 9 ? 4 : precision <= 18 ? 8 : precision <= 38 ? 16 : 32)
        case .float, .date: .fixed(width: 4)
        case .double, .bit, .dateTime, .timestamp: .fixed(width: 8)
        case .year: .fixed(width: 2)
        case .enumeration(let values): .dictionary(values: values)
        default: .string
        }
    }

    /// The bytes that one cell adds to its column.
    static func encoded(_ cell: [UInt8]?, as type: MySQLType, isNullable: Bool = false) throws(ColumnValueError)
        -> [UInt8]
    {
        let column = ColumnBuffer(layout: layout(of: type), isNullable: isNullable)
        let decoder = try TextColumnDecoder(type)
        try append(cell, to: column, by: decoder)
        return content(column.data)
    }

    /// A copy of a buffer's bytes, made while the buffer is certainly alive.
    static func content(_ buffer: GrowableBytes) -> [UInt8] {
        withExtendedLifetime(buffer) { Array(buffer.bytes) }
    }

    static func encoded(_ text: String, as type: MySQLType) throws(ColumnValueError) -> [UInt8] {
        try encoded(Array(text.utf8), as: type)
    }

    /// The little-endian integer that one cell becomes.
    static func integer<T: FixedWidthInteger>(_ text: String, as type: MySQLType, _: T.Type = T.self) throws -> T {
        let bytes = try encoded(text, as: type)
        guard bytes.count == MemoryLayout<T>.size else { throw ColumnValueError.unsupported }
        return bytes.withUnsafeBytes { T(littleEndian: $0.loadUnaligned(as: T.self)) }
    }

    static func append(
        _ cell: [UInt8]?,
        to column: ColumnBuffer,
        by decoder: TextColumnDecoder
    ) throws(ColumnValueError) {
        guard let cell else { return try decoder.decode(nil, into: column) }
        let result: Result<Void, ColumnValueError> = cell.withUnsafeBytes { raw in
            do throws(ColumnValueError) { return .success(try decoder.decode(raw, into: column)) } catch {
                return .failure(error)
            }
        }
        try result.get()
    }
}
