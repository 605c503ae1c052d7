/// Whether a column's values are computed from others.
package enum ColumnGeneration: Hashable, Sendable {
    case none
    /// A definition that an older Leat recorded does not say.
    case unknown
    /// Computed on reading.
    case virtual
    /// Computed on writing and kept (`STORED`, MariaDB also `PERSISTENT`).
    case stored
}
