/// What an ALTER TABLE, CREATE INDEX or DROP INDEX makes of a definition, and of the rows that are there.
package enum AppliedAlter: Hashable, Sendable {
    /// Every value stays what it was and rows are identified alike. The definition may differ in what does not matter
    /// to them: longer text, members at the end of an ENUM or SET, defaults, comments, other keys.
    case unchanged(TableDefinition)
    /// Columns came, went, moved or hold more values than before, and nothing else that matters changed. The older rows
    /// hold each added column's default of the statement; with ``ColumnDefault/none`` MySQL's implicit value.
    case columnsChanged(ColumnChanges, TableDefinition)
    /// Anything that is not provably one of these; says what, for people.
    case stopped(reason: String)
}
