/// One clause of an ALTER TABLE, as far as a replica of the rows is concerned.
///
/// Columns that are defined without a character set have none (`charset == nil`): it is the table's default.
public enum AlterAction: Hashable, Sendable {
    /// `ifNotExists` is MariaDB's: nothing happens where the column exists.
    case addColumn(ColumnDefinition, position: ColumnPosition, ifNotExists: Bool)
    case dropColumn(String, ifExists: Bool)
    case modifyColumn(ColumnDefinition, position: ColumnPosition)
    case changeColumn(from: String, to: ColumnDefinition, position: ColumnPosition)
    case renameColumn(from: String, to: String)
    /// `ALTER COLUMN c SET DEFAULT …`, `DROP DEFAULT`, `SET VISIBLE`: no row changes.
    case alterColumn(String)
    case rename(to: TableName)
    case addIndex(isPrimary: Bool, isUnique: Bool)
    /// `nil` is the primary key.
    case dropIndex(String?)
    /// `CONVERT TO CHARACTER SET`: the text columns' character sets change, their values do not.
    case convertCharset(String)
    /// Rows come or go without row events: `DROP PARTITION`, `TRUNCATE PARTITION`, `EXCHANGE PARTITION`,
    /// `IMPORT TABLESPACE` …. Holds the clause.
    case replacesRows(String)
    /// A clause that changes neither rows nor columns: engine, comment, partitioning, checks, foreign keys …. Holds the
    /// clause.
    case option(String)
    /// A clause that was not understood.
    case other(String)
}
