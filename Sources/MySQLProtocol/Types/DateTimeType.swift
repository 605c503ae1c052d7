import ColumnarBytes

/// DATETIME, a wall clock without a zone, and TIMESTAMP, an instant: ticks of 10^-fraction seconds since 1970-01-01
/// 00:00:00.
struct DateTimeType: MySQLTypeDescriptor {
    let fraction: Int
    let isInstant: Bool

    var layout: ColumnBuffer.Layout? { .fixed(width: 8) }

    func binlogDecoder(
        of column: TableMapColumn,
        index: Int,
        _ context: ColumnDecoderContext
    ) throws(RowDecoderError) -> ColumnDecoder {
        switch (column.wireType, isInstant) {
        case (.dateTime2, false) where column.metadata == fraction: .dateTime(digits: fraction)
        case (.timestamp2, true) where column.metadata == fraction: .timestamp(digits: fraction)
        case (.dateTime, false) where fraction == 0: .oldDateTime
        case (.timestamp, true) where fraction == 0: .oldTimestamp
        default: throw .typeMismatch(column: index)
        }
    }

    func textDecoder() throws(ColumnValueError) -> TextColumnDecoder {
        guard fraction >= 0, fraction <= 6 else { throw .unsupported }
        return .dateTime(fraction: fraction)
    }

    func warehouseType(isNullable: Bool) -> String? { nullable("DateTime64(\(fraction), 'UTC')", isNullable) }

    func implicitDefault() throws(NoImplicitDefault) -> String { throw .zeroDate }

    func boundaryExpression(_ quoted: String) -> String { quoted }
    func sourceLiteral(ofBoundary value: String) -> String { "'\(value)'" }
    func warehouseLiteral(ofBoundary value: String) -> String { "toDateTime64('\(value)', \(fraction), 'UTC')" }
    var isOrderedAlike: Bool { true }

    func canonicalForm(columnType: String) -> CanonicalForm { .delimited }
    func warehouseText(_ quoted: String, isNullable: Bool) -> String { "toString(\(quoted))" }
}
