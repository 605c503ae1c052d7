/// What a column gets when an INSERT leaves it out.
public enum ColumnDefault: Hashable, Sendable {
    /// No DEFAULT clause on a column that refuses NULL.
    case none
    /// NULL.
    case null
    /// A constant; its text without quotes, as MySQL's `information_schema` prints it.
    case constant(String)
    /// An expression such as `CURRENT_TIMESTAMP(6)` or `uuid()`.
    case expression(String)
}
