import ColumnarBytes

/// Reads blocks in ClickHouse's Native format, as `SELECT … FORMAT Native` sends them over HTTP.
///
/// Layout: see ``NativeBlockEncoder``. A column with `LowCardinality` inside starts with its version, before null maps
/// and offsets; `Array` is UInt64 end offsets, then the elements; `Tuple` is its elements one after the other; `Map` is
/// an array of tuples of key and value. Types of which each value carries its own type (`Variant`, `Dynamic`, `JSON`)
/// and aggregate states are refused.
public enum NativeBlockDecoder {
    /// Decodes the block at `cursor` and moves past it.
    ///
    /// - Throws: `.truncated` where the bytes end inside the block (`cursor` has then moved by an unknown amount),
    ///   `.malformed`, `.limitExceeded` or `.unsupportedType`.
    public static func decodeBlock(
        _ cursor: inout ByteCursor,
        limits: NativeDecodingLimits = .init()
    ) throws(NativeFormatError) -> DecodedBlock {
        let columnCount = try count(&cursor, atMost: limits.columnsMax, of: "columns")
        let rows = try count(&cursor, atMost: limits.rowsMax, of: "rows")
        var columns: [DecodedColumn] = []
        columns.reserveCapacity(min(columnCount, 1024))
        for _ in 0..<columnCount {
            let name = try text(&cursor, limits: limits)
            let typeName = try text(&cursor, limits: limits)
            let type: ClickHouseType
            do {
                type = try ClickHouseType(parsing: typeName)
            } catch {
                throw .malformed("a column's type is not a type")
            }
            var reader = ColumnReader(cursor: cursor, limits: limits)
            // Without rows a column has no bytes at all, not even its prefix.
            if rows > 0 { try reader.readPrefix(type) }
            columns.append(try reader.readColumn(name: name, type: type, rows: rows))
            cursor = reader.cursor
        }
        return DecodedBlock(columns: columns, rows: rows)
    }

    /// Decodes all blocks of a whole result.
    ///
    /// - Throws: as ``decodeBlock(_:limits:)``; `.truncated` too where the bytes end inside a block.
    public static func decodeBlocks(
        _ bytes: UnsafeRawBufferPointer,
        limits: NativeDecodingLimits = .init()
    ) throws(NativeFormatError) -> [DecodedBlock] {
        var cursor = ByteCursor(bytes)
        var blocks: [DecodedBlock] = []
        while !cursor.isAtEnd { blocks.append(try decodeBlock(&cursor, limits: limits)) }
        return blocks
    }

    private static func count(
        _ cursor: inout ByteCursor,
        atMost limit: Int,
        of what: String
    ) throws(NativeFormatError) -> Int {
        let value: UInt64
        do { value = try cursor.readVarUInt() } catch { throw NativeFormatError(error) }
        guard value <= UInt64(limit) else { throw .limitExceeded(what) }
        return Int(value)
    }

    private static func text(
        _ cursor: inout ByteCursor,
        limits: NativeDecodingLimits
    ) throws(NativeFormatError) -> String {
        let length = try count(&cursor, atMost: limits.nameBytesMax, of: "bytes of a name")
        do { return String(decoding: try cursor.readBytes(length), as: UTF8.self) } catch {
            throw NativeFormatError(error)
        }
    }
}
