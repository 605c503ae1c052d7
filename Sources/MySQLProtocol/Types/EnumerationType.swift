import ColumnarBytes

/// ENUM: ordinals into the labels, which ClickHouse keeps as a dictionary.
struct EnumerationType: MySQLTypeDescriptor {
    let labels: [String]

    var layout: ColumnBuffer.Layout? { .dictionary(values: labels) }

    func binlogDecoder(
        of column: TableMapColumn,
        index: Int,
        _ context: ColumnDecoderContext
    ) throws(RowDecoderError) -> ColumnDecoder {
        guard column.wireType == .enumeration else { throw .typeMismatch(column: index) }
        return .enumeration(byteCount: column.metadata, memberCount: labels.count)
    }

    func textDecoder() throws(ColumnValueError) -> TextColumnDecoder { .enumeration(values: labels.count) }

    /// A label may hold anything, and its ordinal is what the binlog has.
    func selectExpression(_ quoted: String) -> String { "CAST(\(quoted) AS UNSIGNED)" }

    func warehouseType(isNullable: Bool) -> String? { "LowCardinality(\(nullable("String", isNullable)))" }

    /// The first label.
    func implicitDefault() throws(NoImplicitDefault) -> String {
        let label = (labels.first ?? "").replacing("\\", with: "\\\\").replacing("'", with: "\\'")
        return "'\(label)'"
    }

    func boundaryExpression(_ quoted: String) -> String { "\(quoted)+0" }
    func sourceLiteral(ofBoundary value: String) -> String { value }

    func canonicalForm(columnType: String) -> CanonicalForm { .sized }
    func sourceText(_ quoted: String, _ traits: ComparedColumnTraits) -> String { TextType.binary(quoted, traits) }
}
