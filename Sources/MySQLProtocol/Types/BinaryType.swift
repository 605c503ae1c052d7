import ColumnarBytes

/// BINARY(length): bytes, padded with zeros, which the binlog leaves out.
struct BinaryType: MySQLTypeDescriptor {
    let length: Int

    var layout: ColumnBuffer.Layout? { .string }
    var bytesMaxBesideWire: Int { length + 5 }

    func binlogDecoder(
        of column: TableMapColumn,
        index: Int,
        _ context: ColumnDecoderContext
    ) throws(RowDecoderError) -> ColumnDecoder {
        let prefix = try stringPrefix(of: column, index: index)
        guard column.wireType == .string, column.metadata == length else { throw .typeMismatch(column: index) }
        return .paddedBinary(prefix: prefix, length: length)
    }

    func textDecoder() throws(ColumnValueError) -> TextColumnDecoder { .string }

    func warehouseType(isNullable: Bool) -> String? { nullable("String", isNullable) }

    func implicitDefault() throws(NoImplicitDefault) -> String {
        length == 0 ? "''" : "unhex('\(String(repeating: "00", count: length))')"
    }

    func warehouseLiteral(ofBoundary value: String) -> String { "unhex('\(value)')" }
    func keyLiteral(_ value: [UInt8]) -> String? { "x'\(value.hexadecimal)'" }
    var isOrderedAlike: Bool { true }
    var isFoundByBytes: Bool { true }
    var holdsBytes: Bool { true }

    func canonicalForm(columnType: String) -> CanonicalForm { .sized }
}
