/// One clause of an ALTER TABLE, as far as a replica of the rows is concerned.
///
/// Columns that are defined without a character set have none (`charset == nil`): it is the table's default.
package enum AlterAction: Hashable, Sendable {
    /// `ifNotExists` is MariaDB's: nothing happens where the column exists.
    case addColumn(ColumnDefinition, position: ColumnPosition, ifNotExists: Bool)
    case dropColumn(String, ifExists: Bool)
    case modifyColumn(ColumnDefinition, position: ColumnPosition)
    case changeColumn(from: String, to: ColumnDefinition, position: ColumnPosition)
    case renameColumn(from: String, to: String)
    case alterColumn(String, ColumnAlteration)
    case rename(to: TableName)
    case addIndex(KeyDefinition)
    /// `nil` is the primary key, whose name is `PRIMARY`, too.
    case dropIndex(String?)
    case renameIndex(from: String, to: String)
    /// `CONVERT TO CHARACTER SET`: the text columns' character sets change, their values do not.
    case convertCharset(String)
    /// The table's default character set or collation: counts for columns that are defined from now on.
    case defaultCharset(String)
    case defaultCollation(String)
    /// `ENGINE = …`
    case engine(String)
    /// Rows come or go without row events: `DROP PARTITION`, `TRUNCATE PARTITION`, `EXCHANGE PARTITION`,
    /// `IMPORT TABLESPACE` …. Holds the clause.
    case replacesRows(String)
    /// `EXCHANGE PARTITION p WITH TABLE t`: rows of both tables come and go without row events. Holds the clause.
    case exchangesRows(with: TableName, String)
    /// A clause that changes neither rows nor columns: engine, comment, partitioning, checks, foreign keys …. Holds the
    /// clause.
    case option(String)
    /// A clause that was not understood.
    case other(String)
}
