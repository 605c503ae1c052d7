import ColumnarBytes

/// TIME: `[-]hhh:mm:ss[.ffffff]` as text, up to 838:59:59.
struct TimeType: MySQLTypeDescriptor {
    let fraction: Int

    var layout: ColumnBuffer.Layout? { .string }
    var bytesMaxBesideWire: Int { 20 }

    func binlogDecoder(
        of column: TableMapColumn,
        index: Int,
        _ context: ColumnDecoderContext
    ) throws(RowDecoderError) -> ColumnDecoder {
        switch column.wireType {
        case .time2 where column.metadata == fraction: .time(digits: fraction)
        case .time where fraction == 0: .oldTime
        default: throw .typeMismatch(column: index)
        }
    }

    func textDecoder() throws(ColumnValueError) -> TextColumnDecoder {
        guard fraction >= 0, fraction <= 6 else { throw .unsupported }
        return .time(fraction: fraction)
    }

    func warehouseType(isNullable: Bool) -> String? { nullable("String", isNullable) }

    func implicitDefault() throws(NoImplicitDefault) -> String {
        "'00:00:00\(fraction == 0 ? "" : "." + String(repeating: "0", count: fraction))'"
    }

    func boundaryExpression(_ quoted: String) -> String { quoted }
    func sourceLiteral(ofBoundary value: String) -> String { "'\(value)'" }

    func canonicalForm(columnType: String) -> CanonicalForm { .delimited }
}
