import ColumnarBytes

/// VARBINARY and the BLOBs: bytes as they are.
struct BytesType: MySQLTypeDescriptor {
    var layout: ColumnBuffer.Layout? { .string }

    func binlogDecoder(
        of column: TableMapColumn,
        index: Int,
        _ context: ColumnDecoderContext
    ) throws(RowDecoderError) -> ColumnDecoder {
        .string(ofPrefix: try stringPrefix(of: column, index: index))
    }

    func textDecoder() throws(ColumnValueError) -> TextColumnDecoder { .string }

    func warehouseType(isNullable: Bool) -> String? { nullable("String", isNullable) }

    func implicitDefault() throws(NoImplicitDefault) -> String { "''" }

    func warehouseLiteral(ofBoundary value: String) -> String { "unhex('\(value)')" }
    func keyLiteral(_ value: [UInt8]) -> String? { "x'\(value.hexadecimal)'" }
    var isOrderedAlike: Bool { true }
    var isFoundByBytes: Bool { true }
    var holdsBytes: Bool { true }

    func canonicalForm(columnType: String) -> CanonicalForm { .ofString(columnType: columnType) }
}
