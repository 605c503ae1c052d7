import ColumnarBytes

/// `WRITE_ROWS`, `UPDATE_ROWS` and `DELETE_ROWS`, versions 1 and 2, and `PARTIAL_UPDATE_ROWS`: changed rows of one
/// table. A view into the event's bytes: the rows themselves are read with a ``RowDecoder`` made for the table map of
/// the same id. https://dev.mysql.com/doc/dev/mysql-server/latest/classmysql_1_1binlog_1_1event_1_1Rows__event.html
public struct RowsEvent {
    /// What was done to the rows.
    public enum Operation: Equatable, Sendable {
        /// Rows are after images.
        case write
        /// Rows are pairs: a before image, then an after image.
        case update
        /// Rows are before images.
        case delete
    }

    public let operation: Operation
    public let tableID: UInt64
    /// The last event of a statement: table ids are free for reuse after it.
    public let isStatementEnd: Bool
    /// Columns of the table, present or not.
    public let columnCount: Int
    /// What before images hold. Empty for `write`.
    public let before: ColumnBitmap
    /// What after images hold. Empty for `delete`.
    public let after: ColumnBitmap
    /// Whether after images may hold differences of JSON columns in place of their values, and begin by saying of which
    /// (`binlog_row_value_options=PARTIAL_JSON`).
    public let hasDifferences: Bool
    /// The rows, one after another.
    public let rows: ByteCursor

    /// Whether after images hold the value of every column.
    public var isWhole: Bool { operation == .delete || (after.isFull && !hasDifferences) }

    /// Whether the images that rows begin with hold no column at all, which MINIMAL makes of an `INSERT` of nothing but
    /// defaults. Such rows take no bytes: `rows` is empty although there is at least one row.
    public var isWithoutColumns: Bool { (operation == .write ? after : before).presentCount == 0 }

    init(
        operation: Operation,
        tableID: UInt64,
        isStatementEnd: Bool,
        columnCount: Int,
        before: ColumnBitmap,
        after: ColumnBitmap,
        hasDifferences: Bool = false,
        rows: ByteCursor
    ) {
        self.hasDifferences = hasDifferences
        self.operation = operation
        self.tableID = tableID
        self.isStatementEnd = isStatementEnd
        self.columnCount = columnCount
        self.before = before
        self.after = after
        self.rows = rows
    }

    /// - Throws: ``BinlogError``; `ByteCursorError`.
    init(decoding bytes: inout ByteCursor, type: BinlogEventType) throws {
        tableID = try bytes.readUInt(width: 6)
        isStatementEnd = try bytes.read(UInt16.self) & 1 != 0
        switch type {
        case .writeRows, .updateRows, .deleteRows, .partialUpdateRows:
            // Partition ids and the like; the length counts itself.
            let extra = Int(try bytes.read(UInt16.self))
            guard extra >= 2 else {
                throw BinlogError.malformed(type: type.rawValue, reason: "extra data shorter than its length")
            }
            try bytes.skip(extra - 2)
        default: break
        }
        switch type {
        case .writeRows, .writeRowsV1: operation = .write
        case .updateRows, .updateRowsV1, .partialUpdateRows: operation = .update
        default: operation = .delete
        }
        hasDifferences = type == .partialUpdateRows
        let count = try bytes.readLengthEncodedInteger()
        guard count <= TableMapEvent.columnCountMax else {
            throw BinlogError.malformed(type: type.rawValue, reason: "too many columns")
        }
        columnCount = Int(count)
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        let first = try bytes.readBytes((columnCount + 7) / 8)
        switch operation {
        case .write:
            before = ColumnBitmap(bytes: none, columnCount: 0)
            after = ColumnBitmap(bytes: first, columnCount: columnCount)
        case .delete:
            before = ColumnBitmap(bytes: first, columnCount: columnCount)
            after = ColumnBitmap(bytes: none, columnCount: 0)
        case .update:
            before = ColumnBitmap(bytes: first, columnCount: columnCount)
            after = ColumnBitmap(bytes: try bytes.readBytes((columnCount + 7) / 8), columnCount: columnCount)
        }
        rows = ByteCursor(bytes.readRest())
    }
}
