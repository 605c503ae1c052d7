/// What a column gets when an INSERT leaves it out, and what older rows get when it is added.
package enum ColumnDefault: Hashable, Sendable {
    /// No DEFAULT clause on a column that refuses NULL.
    case none
    /// NULL.
    case null
    /// A constant; its text without quotes, as MySQL's `information_schema` prints it: `1.50` for DECIMAL(5,2),
    /// `b'101'` for BIT, `0x4142` for BINARY and VARBINARY. FLOAT and DOUBLE keep the number as the statement wrote it,
    /// since
    /// `information_schema` rounds it.
    case constant(String)
    /// An expression such as `CURRENT_TIMESTAMP(6)` or `uuid()`.
    case expression(String)
    /// A constant as the statement spells it, of which it is not known exactly what MySQL makes for the column's type
    /// (`'24-1-2'` for DATE, 1.55 for DECIMAL(5,1)).
    case literal(String)
}
