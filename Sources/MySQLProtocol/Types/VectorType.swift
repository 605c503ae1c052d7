import ColumnarBytes

/// A type that is known by name and not carried over.
struct UnsupportedType: MySQLTypeDescriptor {
    var layout: ColumnBuffer.Layout? { nil }

    func binlogDecoder(
        of column: TableMapColumn,
        index: Int,
        _ context: ColumnDecoderContext
    ) throws(RowDecoderError) -> ColumnDecoder {
        throw .unsupportedType(column: index)
    }

    func textDecoder() throws(ColumnValueError) -> TextColumnDecoder { throw .unsupported }

    func warehouseType(isNullable: Bool) -> String? { nil }

    func implicitDefault() throws(NoImplicitDefault) -> String {
        throw NoImplicitDefault(reason: "is NOT NULL without a default")
    }

    func keyLiteral(_ value: [UInt8]) -> String? { nil }

    func canonicalForm(columnType: String) -> CanonicalForm { .long }
}
