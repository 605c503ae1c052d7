import ColumnarBytes

/// Decodes the rows of a text result set, cell by cell, into column buffers. Nothing is allocated per row or cell.
///
/// A row is its cells one after the other: a length-encoded string each, or the byte 0xFB for NULL.
/// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query_response_text_resultset_row.html
public struct TextRowDecoder: Sendable {
    public let decoders: [TextColumnDecoder]
    /// Whether NULL is allowed, a column each.
    public let nullable: [Bool]

    /// - Throws: ``ColumnValueError/unsupported`` for a type that is not carried over.
    public init(types: [MySQLType], nullable: [Bool]) throws(ColumnValueError) {
        precondition(types.count == nullable.count)
        var decoders: [TextColumnDecoder] = []
        for type in types { decoders.append(try TextColumnDecoder(type)) }
        self.decoders = decoders
        self.nullable = nullable
    }

    /// Appends one row.
    ///
    /// - Parameter columns: one buffer a column, laid out as its type's `columnLayout` says.
    /// - Throws: ``TextRowError``; the buffers are then of unequal length and must be thrown away.
    public func decode(_ payload: UnsafeRawBufferPointer, into columns: [ColumnBuffer]) throws(TextRowError) {
        precondition(columns.count == decoders.count)
        try decoders.withUnsafeBufferPointer { (decoders) throws(TextRowError) in
            try columns.withUnsafeBufferPointer { (columns) throws(TextRowError) in
                // The array keeps its buffers alive; counting references to them took half of the time.
                try columns.withMemoryRebound(to: Unmanaged<ColumnBuffer>.self) { (columns) throws(TextRowError) in
                    try decode(payload, by: decoders, into: columns)
                }
            }
        }
    }

    private func decode(
        _ payload: UnsafeRawBufferPointer,
        by decoders: UnsafeBufferPointer<TextColumnDecoder>,
        into columns: UnsafeBufferPointer<Unmanaged<ColumnBuffer>>
    ) throws(TextRowError) {
        guard var here = payload.baseAddress else { throw .truncated }
        let end = here + payload.count
        for index in decoders.indices {
            guard here < end else { throw .truncated }
            var length = Int(here.load(as: UInt8.self))
            here += 1
            if length >= 0xFB {
                if length == 0xFB {
                    let isTaken =
                        nullable[index]
                        && columns[index]._withUnsafeGuaranteedRef { column in
                            guard column.isNullable else { return false }
                            column.appendNull()
                            return true
                        }
                    guard isTaken else { throw .value(.unexpectedNull, column: index) }
                    continue
                }
                length = try TextRowDecoder.longLength(marker: length, at: &here, end: end)
            }
            guard length <= end - here else { throw .truncated }
            let cell = UnsafeRawBufferPointer(start: here, count: length)
            let failure: ColumnValueError? = columns[index]._withUnsafeGuaranteedRef { column in
                do throws(ColumnValueError) {
                    try decoders[index].decode(present: cell, into: column)
                    return nil
                } catch {
                    return error
                }
            }
            if let failure { throw .value(failure, column: index) }
            here += length
        }
        guard here == end else { throw .trailingBytes }
    }

    @inline(never)
    private static func longLength(
        marker: Int,
        at here: inout UnsafeRawPointer,
        end: UnsafeRawPointer
    ) throws(TextRowError) -> Int {
        let width: Int
        switch marker {
        case 0xFC: width = 2
        case 0xFD: width = 3
        case 0xFE: width = 8
        default: throw .malformedLength
        }
        guard end - here >= width else { throw .truncated }
        var value: UInt64 = 0
        for index in 0..<width {
            value |= UInt64(here.load(fromByteOffset: index, as: UInt8.self)) << UInt64(8 * index)
        }
        here += width
        guard let length = Int(exactly: value) else { throw .truncated }
        return length
    }
}
