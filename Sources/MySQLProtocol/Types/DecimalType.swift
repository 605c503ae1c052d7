import ColumnarBytes

/// DECIMAL: value × 10^scale in two's complement, in 4 (precision up to 9), 8 (18), 16 (38) or 32 bytes.
public struct DecimalType: MySQLTypeDescriptor {
    let precision: Int
    let scale: Int

    public init(precision: Int, scale: Int) {
        self.precision = precision
        self.scale = scale
    }

    public var layout: ColumnBuffer.Layout? { .fixed(width: width) }

    private var width: Int { Self.width(precision: precision) }

    /// Bytes of a ClickHouse Decimal of this many digits.
    static func width(precision: Int) -> Int {
        switch precision {
        case ...9: 4
        case ...18: 8
        case ...38: 16
        default: 32
        }
    }

    public func binlogDecoder(
        of column: TableMapColumn,
        index: Int,
        _ context: ColumnDecoderContext
    ) throws(RowDecoderError) -> ColumnDecoder {
        guard column.wireType == .newDecimal, column.metadata == precision << 8 | scale else {
            throw .typeMismatch(column: index)
        }
        let packed = PackedDecimal(precision: precision, scale: scale)
        return switch packed.width {
        case 4: .decimal32(packed)
        case 8: .decimal64(packed)
        case 16: .decimal128(packed)
        default: .decimal256(packed)
        }
    }

    public func textDecoder() throws(ColumnValueError) -> TextColumnDecoder {
        guard precision >= 1, precision <= 76, scale >= 0, scale <= precision else { throw .unsupported }
        let integerDigits = precision - scale
        return switch width {
        case 4: .decimal32(integerDigits: integerDigits, scale: scale)
        case 8: .decimal64(integerDigits: integerDigits, scale: scale)
        case 16: .decimal128(integerDigits: integerDigits, scale: scale)
        default: .decimal256(integerDigits: integerDigits, scale: scale)
        }
    }

    public func warehouseType(isNullable: Bool) -> String? { nullable("Decimal(\(precision), \(scale))", isNullable) }

    public func implicitDefault() throws(NoImplicitDefault) -> String { warehouseConstant("0") }

    /// A number as a ClickHouse expression of the column's type.
    public func warehouseConstant(_ text: String) -> String { "toDecimal\(width * 8)('\(text)', \(scale))" }

    public func boundaryExpression(_ quoted: String) -> String { quoted }
    public func sourceLiteral(ofBoundary value: String) -> String { value }
    public func keyLiteral(_ value: [UInt8]) -> String? { numberLiteral(value) }

    public func canonicalForm(columnType: String) -> CanonicalForm { .delimited }
    public func sourceText(_ quoted: String, _ traits: ComparedColumnTraits) -> String {
        traits.isZeroFilled ? "CAST(\(quoted) AS DECIMAL(\(precision), \(scale)))" : quoted
    }
    /// `toString` drops the zeros at the end.
    public func warehouseText(_ quoted: String, isNullable: Bool) -> String { "toDecimalString(\(quoted), \(scale))" }
}
