import ColumnarBytes

/// YEAR: 0, or 1901 to 2155.
struct YearType: MySQLTypeDescriptor {
    var layout: ColumnBuffer.Layout? { .fixed(width: 2) }

    func binlogDecoder(
        of column: TableMapColumn,
        index: Int,
        _ context: ColumnDecoderContext
    ) throws(RowDecoderError) -> ColumnDecoder {
        guard column.wireType == .year else { throw .typeMismatch(column: index) }
        return .year
    }

    func textDecoder() throws(ColumnValueError) -> TextColumnDecoder { .year }

    func warehouseType(isNullable: Bool) -> String? { nullable("UInt16", isNullable) }

    func implicitDefault() throws(NoImplicitDefault) -> String { "0" }

    func boundaryExpression(_ quoted: String) -> String { quoted }
    func sourceLiteral(ofBoundary value: String) -> String { value }
    func keyLiteral(_ value: [UInt8]) -> String? { numberLiteral(value) }
    var isOrderedAlike: Bool { true }

    func canonicalForm(columnType: String) -> CanonicalForm { .delimited }
    /// Printed with four digits, 0000 too.
    func sourceText(_ quoted: String, _ traits: ComparedColumnTraits) -> String { "CAST(\(quoted) AS UNSIGNED)" }
    func warehouseText(_ quoted: String, isNullable: Bool) -> String { "toString(\(quoted))" }
}
