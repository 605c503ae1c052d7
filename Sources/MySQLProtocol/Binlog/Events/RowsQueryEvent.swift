import ColumnarBytes

/// `ROWS_QUERY_LOG_EVENT`: the text of the statement whose rows follow. It holds values: not for logs.
public struct RowsQueryEvent: Equatable, Sendable {
    public let sql: String

    init(decoding bytes: inout ByteCursor) throws(ByteCursorError) {
        // A byte of length that cannot hold it and is ignored by MySQL too.
        try bytes.skip(1)
        sql = String(decoding: bytes.readRest(), as: UTF8.self)
    }
}
