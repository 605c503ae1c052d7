import ColumnarBytes

/// VECTOR(n): 4-byte floats, in ClickHouse an array of them. There is no Nullable(Array), and no empty vector: NULL is
/// the empty array.
struct VectorType: MySQLTypeDescriptor {
    var layout: ColumnBuffer.Layout? { .string }
    /// With the place of its end in a block.
    var bytesMaxBesideWire: Int { 5 + 8 }

    func binlogDecoder(
        of column: TableMapColumn,
        index: Int,
        _ context: ColumnDecoderContext
    ) throws(RowDecoderError) -> ColumnDecoder {
        guard column.wireType == .vector else { throw .typeMismatch(column: index) }
        return .string(ofPrefix: column.metadata)
    }

    /// The server gives the bytes, not their text.
    func textDecoder() throws(ColumnValueError) -> TextColumnDecoder { .string }

    func warehouseType(isNullable: Bool) -> String? { "Array(Float32)" }
    var hasNullInWarehouse: Bool { false }

    func implicitDefault() throws(NoImplicitDefault) -> String {
        throw NoImplicitDefault(reason: "is NOT NULL without a default")
    }

    /// A vector is part of no key.
    func keyLiteral(_ value: [UInt8]) -> String? { nil }

    func canonicalForm(columnType: String) -> CanonicalForm { .longDelimited }
    func sourceText(_ quoted: String, _ traits: ComparedColumnTraits) -> String { "IFNULL(HEX(\(quoted)), '')" }
    func warehouseText(_ quoted: String, isNullable: Bool) -> String {
        "arrayStringConcat(arrayMap(x -> hex(reinterpretAsFixedString(x)), \(quoted)))"
    }
}
