import ColumnarBytes

/// TINYINT to BIGINT: integers of the same width and sign, MEDIUMINT extended to 32 bits.
struct IntegerType: MySQLTypeDescriptor {
    let bytes: Int
    let isUnsigned: Bool

    var layout: ColumnBuffer.Layout? { .fixed(width: bytes == 3 ? 4 : bytes) }

    func binlogDecoder(
        of column: TableMapColumn,
        index: Int,
        _ context: ColumnDecoderContext
    ) throws(RowDecoderError) -> ColumnDecoder {
        switch (column.wireType, bytes) {
        case (.tiny, 1): .fixed1
        case (.short, 2): .fixed2
        case (.int24, 3): isUnsigned ? .uint24 : .int24
        case (.long, 4): .fixed4
        case (.longlong, 8): .fixed8
        default: throw .typeMismatch(column: index)
        }
    }

    func textDecoder() throws(ColumnValueError) -> TextColumnDecoder {
        switch bytes {
        case 1: isUnsigned ? .uint8 : .int8
        case 2: isUnsigned ? .uint16 : .int16
        case 3: isUnsigned ? .uint24 : .int24
        case 4: isUnsigned ? .uint32 : .int32
        case 8: isUnsigned ? .uint64 : .int64
        default: throw .unsupported
        }
    }

    func warehouseType(isNullable: Bool) -> String? {
        nullable((isUnsigned ? "UInt" : "Int") + "\(bytes == 3 ? 32 : bytes * 8)", isNullable)
    }

    func implicitDefault() throws(NoImplicitDefault) -> String { "0" }

    func boundaryExpression(_ quoted: String) -> String { quoted }
    func sourceLiteral(ofBoundary value: String) -> String { value }
    func keyLiteral(_ value: [UInt8]) -> String? { numberLiteral(value) }
    var isOrderedAlike: Bool { true }

    func canonicalForm(columnType: String) -> CanonicalForm { .delimited }
    func sourceText(_ quoted: String, _ traits: ComparedColumnTraits) -> String {
        traits.isZeroFilled ? "CAST(\(quoted) AS UNSIGNED)" : quoted
    }
    func warehouseText(_ quoted: String, isNullable: Bool) -> String { "toString(\(quoted))" }
}
