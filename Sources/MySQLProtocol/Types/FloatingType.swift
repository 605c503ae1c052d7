import ColumnarBytes

/// FLOAT (4 bytes) and DOUBLE (8 bytes): IEEE bits.
struct FloatingType: MySQLTypeDescriptor {
    let bytes: Int

    var layout: ColumnBuffer.Layout? { .fixed(width: bytes) }

    func binlogDecoder(
        of column: TableMapColumn,
        index: Int,
        _ context: ColumnDecoderContext
    ) throws(RowDecoderError) -> ColumnDecoder {
        switch (column.wireType, bytes) {
        case (.float, 4): .fixed4
        case (.double, 8): .fixed8
        default: throw .typeMismatch(column: index)
        }
    }

    func textDecoder() throws(ColumnValueError) -> TextColumnDecoder { bytes == 4 ? .float : .double }

    /// The server rounds FLOAT to six digits and DOUBLE(M,D) to D, but not a point's coordinates, and takes long to
    /// print any of them (``TextPoint``).
    func selectExpression(_ quoted: String) -> String { "POINT(\(quoted), 0)" }

    func warehouseType(isNullable: Bool) -> String? { nullable("Float\(bytes * 8)", isNullable) }

    func implicitDefault() throws(NoImplicitDefault) -> String { "0" }

    /// As a DOUBLE, whose text is exact.
    func boundaryExpression(_ quoted: String) -> String { "\(quoted) * 1e0" }
    func sourceLiteral(ofBoundary value: String) -> String { value }
    func keyLiteral(_ value: [UInt8]) -> String? { nil }

    func canonicalForm(columnType: String) -> CanonicalForm { .floating }
    /// A product is printed with all its digits, and keeps the sign of zero; the column itself would be rounded.
    func sourceText(_ quoted: String, _ traits: ComparedColumnTraits) -> String { "\(quoted) * 1e0" }
    func warehouseText(_ quoted: String, isNullable: Bool) -> String {
        let bits = "toString(reinterpretAsUInt\(bytes * 8)(\(quoted)))"
        return isNullable ? "ifNull(\(bits), 'N')" : bits
    }
}
