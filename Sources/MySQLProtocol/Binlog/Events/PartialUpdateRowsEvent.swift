import ColumnarBytes

/// `PARTIAL_UPDATE_ROWS_EVENT` (`binlog_row_value_options=PARTIAL_JSON`): after images hold differences of JSON
/// columns, not their values. Decoded far enough to name the table.
public struct PartialUpdateRowsEvent: Equatable, Sendable {
    public let tableID: UInt64

    init(decoding bytes: inout ByteCursor) throws(ByteCursorError) {
        tableID = try bytes.readUInt(width: 6)
        _ = bytes.readRest()
    }
}
