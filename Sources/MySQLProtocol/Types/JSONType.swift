import ColumnarBytes

/// JSON: MySQL's own text of it.
struct JSONType: MySQLTypeDescriptor {
    var layout: ColumnBuffer.Layout? { .string }

    func binlogDecoder(
        of column: TableMapColumn,
        index: Int,
        _ context: ColumnDecoderContext
    ) throws(RowDecoderError) -> ColumnDecoder {
        guard column.wireType == .json else { throw .typeMismatch(column: index) }
        return .json(prefix: column.metadata)
    }

    func textDecoder() throws(ColumnValueError) -> TextColumnDecoder { .string }

    func warehouseType(isNullable: Bool) -> String? { nullable("String", isNullable) }

    func implicitDefault() throws(NoImplicitDefault) -> String { "'null'" }

    func canonicalForm(columnType: String) -> CanonicalForm { .longDelimited }
    func sourceText(_ quoted: String, _ traits: ComparedColumnTraits) -> String {
        "CAST(\(quoted) AS CHAR CHARACTER SET utf8mb4)"
    }
}
