import ColumnarBytes

/// A DATE, DATETIME or TIMESTAMP as MySQL prints it: `9999-12-31`, `0000-00-00 00:00:00`, a TIMESTAMP in UTC.
struct DateTextType: MySQLTypeDescriptor {
    let date: MySQLDate

    var layout: ColumnBuffer.Layout? { .string }
    var bytesMaxBesideWire: Int { 20 }

    func binlogDecoder(
        of column: TableMapColumn,
        index: Int,
        _ context: ColumnDecoderContext
    ) throws(RowDecoderError) -> ColumnDecoder {
        switch (column.wireType, date) {
        case (.date, .date), (.newDate, .date): .dateText(.date)
        case (.dateTime2, .dateTime(let digits)) where column.metadata == digits: .dateText(.dateTime(digits: digits))
        case (.timestamp2, .timestamp(let digits)) where column.metadata == digits:
            .dateText(.timestamp(digits: digits))
        case (.dateTime, .dateTime(0)): .dateText(.oldDateTime)
        case (.timestamp, .timestamp(0)): .dateText(.oldTimestamp)
        default: throw .typeMismatch(column: index)
        }
    }

    func textDecoder() throws(ColumnValueError) -> TextColumnDecoder {
        guard (0...6).contains(date.fraction ?? 0) else { throw .unsupported }
        return .dateText(fraction: date.fraction)
    }

    func warehouseType(isNullable: Bool) -> String? { nullable("String", isNullable) }

    func implicitDefault() throws(NoImplicitDefault) -> String {
        // With explicit_defaults_for_timestamp=OFF a TIMESTAMP has another, and the statement does not say.
        if case .timestamp = date { throw .zeroDate }
        return "'\(zero)'"
    }

    private var zero: String {
        guard let fraction = date.fraction else { return "0000-00-00" }
        return "0000-00-00 00:00:00" + (fraction == 0 ? "" : "." + String(repeating: "0", count: fraction))
    }

    func boundaryExpression(_ quoted: String) -> String { quoted }
    func sourceLiteral(ofBoundary value: String) -> String { "'\(value)'" }
    func warehouseLiteral(ofBoundary value: String) -> String { "'\(value)'" }
    /// All have the same digits at the same places.
    var isOrderedAlike: Bool { true }

    func canonicalForm(columnType: String) -> CanonicalForm { .delimited }
}
