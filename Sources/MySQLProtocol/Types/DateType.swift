import ColumnarBytes

/// DATE: days since 1970-01-01.
struct DateType: MySQLTypeDescriptor {
    var layout: ColumnBuffer.Layout? { .fixed(width: 4) }

    func binlogDecoder(
        of column: TableMapColumn,
        index: Int,
        _ context: ColumnDecoderContext
    ) throws(RowDecoderError) -> ColumnDecoder {
        guard column.wireType == .date || column.wireType == .newDate else { throw .typeMismatch(column: index) }
        return .date
    }

    func textDecoder() throws(ColumnValueError) -> TextColumnDecoder { .date }

    func warehouseType(isNullable: Bool) -> String? { nullable("Date32", isNullable) }

    func implicitDefault() throws(NoImplicitDefault) -> String { throw .zeroDate }

    func boundaryExpression(_ quoted: String) -> String { quoted }
    func sourceLiteral(ofBoundary value: String) -> String { "'\(value)'" }
    func warehouseLiteral(ofBoundary value: String) -> String { "toDate32('\(value)')" }
    var isOrderedAlike: Bool { true }

    func canonicalForm(columnType: String) -> CanonicalForm { .delimited }
    func warehouseText(_ quoted: String, isNullable: Bool) -> String { "toString(\(quoted))" }
}

extension NoImplicitDefault {
    static let zeroDate = NoImplicitDefault(
        reason: "is NOT NULL without a default, so that rows from before it hold the zero date"
    )
}
