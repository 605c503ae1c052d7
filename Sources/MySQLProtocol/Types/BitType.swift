import ColumnarBytes

/// BIT(1…64): an unsigned number of 64 bits.
struct BitType: MySQLTypeDescriptor {
    let bits: Int

    var layout: ColumnBuffer.Layout? { .fixed(width: 8) }

    func binlogDecoder(
        of column: TableMapColumn,
        index: Int,
        _ context: ColumnDecoderContext
    ) throws(RowDecoderError) -> ColumnDecoder {
        guard column.wireType == .bit, column.metadata == bits else { throw .typeMismatch(column: index) }
        return .bit(byteCount: (bits + 7) / 8)
    }

    func textDecoder() throws(ColumnValueError) -> TextColumnDecoder {
        guard bits >= 1, bits <= 64 else { throw .unsupported }
        return .bit(bits)
    }

    func warehouseType(isNullable: Bool) -> String? { nullable("UInt64", isNullable) }

    func implicitDefault() throws(NoImplicitDefault) -> String { "0" }

    func boundaryExpression(_ quoted: String) -> String { "\(quoted)+0" }
    func sourceLiteral(ofBoundary value: String) -> String { value }
    func keyLiteral(_ value: [UInt8]) -> String? { numberLiteral(value) }
    var isOrderedAlike: Bool { true }

    func canonicalForm(columnType: String) -> CanonicalForm { .delimited }
    func sourceText(_ quoted: String, _ traits: ComparedColumnTraits) -> String { "CAST(\(quoted) AS UNSIGNED)" }
    func warehouseText(_ quoted: String, isNullable: Bool) -> String { "toString(\(quoted))" }
}
