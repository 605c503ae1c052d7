import ColumnarBytes

/// Spatial types: a 4-byte SRID and WKB.
struct GeometryType: MySQLTypeDescriptor {
    var layout: ColumnBuffer.Layout? { .string }

    func binlogDecoder(
        of column: TableMapColumn,
        index: Int,
        _ context: ColumnDecoderContext
    ) throws(RowDecoderError) -> ColumnDecoder {
        guard column.wireType == .geometry else { throw .typeMismatch(column: index) }
        return .string(ofPrefix: column.metadata)
    }

    func textDecoder() throws(ColumnValueError) -> TextColumnDecoder { .string }

    func warehouseType(isNullable: Bool) -> String? { nullable("String", isNullable) }

    func implicitDefault() throws(NoImplicitDefault) -> String {
        throw NoImplicitDefault(reason: "is NOT NULL without a default")
    }

    func keyLiteral(_ value: [UInt8]) -> String? { "x'\(value.hexadecimal)'" }

    func canonicalForm(columnType: String) -> CanonicalForm { .longDelimited }
    func sourceText(_ quoted: String, _ traits: ComparedColumnTraits) -> String { "HEX(\(quoted))" }
    func warehouseText(_ quoted: String, isNullable: Bool) -> String { "hex(\(quoted))" }
}
