/// What `ALTER TABLE … ALTER COLUMN` does to a column. No row changes.
package enum ColumnAlteration: Hashable, Sendable {
    case setDefault(DefaultValue)
    case dropDefault
    case setVisible(Bool)
}
