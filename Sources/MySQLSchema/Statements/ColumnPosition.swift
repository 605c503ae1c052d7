/// Where an ALTER TABLE puts a column.
package enum ColumnPosition: Hashable, Sendable {
    /// Nothing said: a new column goes last, a changed one stays.
    case unspecified
    case first
    case after(String)
}
