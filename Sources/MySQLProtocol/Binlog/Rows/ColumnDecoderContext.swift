import ColumnarBytes

/// What the column decoders of one table share.
public final class ColumnDecoderContext {
    /// Text in the making; its storage is reused from value to value.
    let scratch: ByteSink
    private let scratchBytes = GrowableBytes(minimumCapacity: 1024)
    private(set) var charsets: [CharsetDecoder] = []
    private(set) var sets: [SetMembers] = []

    init() { scratch = scratchBytes.sink }

    /// - Returns: its index, for ``ColumnDecoder/transcoded(prefix:charset:)``.
    func add(_ charset: CharsetDecoder) -> Int {
        charsets.append(charset)
        return charsets.count - 1
    }

    /// - Returns: its index, for ``ColumnDecoder/set(byteCount:members:)``.
    func add(_ members: SetMembers) -> Int {
        sets.append(members)
        return sets.count - 1
    }

    /// Chooses the decoder for a column's layout and logical type.
    ///
    /// - Parameter index: the column's index, for errors.
    func decoder(for column: TableMapColumn, type: MySQLType, index: Int) throws(RowDecoderError) -> ColumnDecoder {
        guard type.columnLayout != nil else { throw .unsupportedType(column: index) }
        return try type.descriptor.binlogDecoder(of: column, index: index, self)
    }
}
