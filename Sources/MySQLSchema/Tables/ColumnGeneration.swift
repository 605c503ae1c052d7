/// Whether a column's values are computed from others.
public enum ColumnGeneration: Hashable, Sendable {
    case none
    /// Computed on reading.
    case virtual
    /// Computed on writing and kept (`STORED`, MariaDB also `PERSISTENT`).
    case stored
}
