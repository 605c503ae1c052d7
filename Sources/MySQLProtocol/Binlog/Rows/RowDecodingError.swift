/// Why a row cannot be decoded, and which column is to blame: an index into the table map's columns.
public enum RowDecodingError: Error, Equatable, Sendable {
    /// The image lacks a column that is needed (`binlog_row_image` MINIMAL or NOBLOB). Nothing was appended.
    case incompleteImage(column: Int)
    /// A value that cannot be carried over. What the row had appended to other columns is taken back.
    case value(column: Int, ColumnValueError)
    /// The row ends early, or is for another number of columns than the table map.
    case malformed
}
