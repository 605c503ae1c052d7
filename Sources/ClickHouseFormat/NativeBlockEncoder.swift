import ColumnarBytes

/// Writes blocks in ClickHouse's Native format, as an `INSERT … FORMAT Native` body over HTTP takes them.
///
/// Layout (no block info, no client revision): VarUInt columns, VarUInt rows, then for each column its name, its type
/// and, when there are rows, its values: a null map of one byte a row if nullable, then the values as
/// ``Columns/ColumnBuffer`` keeps them, so encoding copies memory. Format:
/// https://clickhouse.com/docs/interfaces/formats/Native and ClickHouse's `NativeWriter.cpp`.
public enum NativeBlockEncoder {
    /// Appends one block.
    ///
    /// A buffer with `.dictionary` layout goes as `LowCardinality(String)` with its dictionary as keys, any other
    /// without
    /// `LowCardinality`: the server adds or takes away `LowCardinality` even where conversions of types are switched
    /// off (`input_format_native_allow_types_conversion=0`; seen on 25.8). Every other type must be the table's own. A
    /// buffer that is not nullable in a column that is gets a null map of zeros. A buffer with `.string` layout in an
    /// `Array` of a type of fixed width gives the elements' bytes; NULL is the empty array, which has no other meaning
    /// where no value is empty.
    /// - Parameter rows: Rows of each column.
    /// - Throws: `.rowCountMismatch`, `.layoutMismatch`, `.ordinalOutOfRange` or `.unsupportedType`; what was appended
    ///   until then is taken back.
    public static func encode(
        columns: [NativeColumn],
        rows: Int,
        into output: GrowableBytes
    ) throws(NativeFormatError) {
        let start = output.count
        do {
            _ = output.reserve(upperBound(of: columns, rows: rows))
            output.appendVarUInt(UInt64(columns.count))
            output.appendVarUInt(UInt64(rows))
            for column in columns { try encode(column, rows: rows, into: output) }
        } catch {
            output.truncate(to: start)
            throw error
        }
    }

    /// Bytes that the block takes at most, so that one allocation is enough.
    private static func upperBound(of columns: [NativeColumn], rows: Int) -> Int {
        var bytes = 20
        for column in columns {
            bytes += column.name.utf8.count + column.type.utf8.count + 64
            bytes += column.buffer.data.count + rows
            if case .string = column.buffer.layout, column.type.hasPrefix("Array(") { bytes += 8 * rows }
            if case .dictionary(let values) = column.buffer.layout {
                // Indexes can take four bytes where an ordinal takes two.
                bytes += 2 * rows + values.reduce(16) { $0 + $1.utf8.count + 5 }
            }
        }
        return bytes
    }

    private static func encode(
        _ column: NativeColumn,
        rows: Int,
        into output: GrowableBytes
    ) throws(NativeFormatError) {
        let buffer = column.buffer
        if buffer.rows != rows || (buffer.isNullable && buffer.nulls.count != rows) {
            throw .rowCountMismatch(column: column.name, expected: rows, found: buffer.rows)
        }
        let type: ClickHouseType
        do {
            type = try ClickHouseType(parsing: column.type)
        } catch {
            throw .unsupportedType(column.type)
        }
        let value = type.unwrapped
        var element: ClickHouseType?
        if case .array(let inner) = type { element = inner }
        if buffer.isNullable && !type.isNullable && element == nil {
            throw .layoutMismatch(column: column.name, type: column.type)
        }

        append(column.name, to: output)
        let sentValue = type.isNullable ? ClickHouseType.nullable(value) : value
        switch buffer.layout {
        case .fixed(let width):
            guard value.fixedWidth == width, buffer.data.count == rows * width else {
                throw .layoutMismatch(column: column.name, type: column.type)
            }
            append(sentValue.description, to: output)
            if type.isNullable { appendNullMap(buffer, rows: rows, to: output) }
            output.append(buffer.data.bytes)
        case .string where element != nil:
            guard let width = element?.fixedWidth else { throw .unsupportedType(column.type) }
            append(type.description, to: output)
            try appendArrays(buffer, ofWidth: width, column: column, to: output)
        case .string:
            guard value == .string else { throw .layoutMismatch(column: column.name, type: column.type) }
            append(sentValue.description, to: output)
            if type.isNullable { appendNullMap(buffer, rows: rows, to: output) }
            output.append(buffer.data.bytes)
        case .dictionary(let values):
            guard value == .string, buffer.data.count == rows * 2 else {
                throw .layoutMismatch(column: column.name, type: column.type)
            }
            append(ClickHouseType.lowCardinality(sentValue).description, to: output)
            if rows > 0 {
                try LowCardinalityEncoder.encode(
                    values: values,
                    buffer: buffer,
                    isNullable: type.isNullable,
                    column: column.name,
                    into: output
                )
            }
        }
    }

    /// Where each row's elements end, then all elements.
    private static func appendArrays(
        _ buffer: ColumnBuffer,
        ofWidth width: Int,
        column: NativeColumn,
        to output: GrowableBytes
    ) throws(NativeFormatError) {
        var end: UInt64 = 0
        try buffer.forEachString { _, value throws(NativeFormatError) in
            guard value.count.isMultiple(of: width) else {
                throw .layoutMismatch(column: column.name, type: column.type)
            }
            end += UInt64(value.count / width)
            output.append(end)
        }
        buffer.forEachString { _, value in output.append(value) }
    }

    private static func append(_ text: String, to output: GrowableBytes) {
        var text = text
        text.withUTF8 { bytes in
            output.appendVarUInt(UInt64(bytes.count))
            output.append(UnsafeRawBufferPointer(bytes))
        }
    }

    private static func appendNullMap(_ buffer: ColumnBuffer, rows: Int, to output: GrowableBytes) {
        if buffer.isNullable {
            output.append(buffer.nulls.bytes)
        } else {
            output.append(repeating: 0, count: rows)
        }
    }
}
