/// What a CREATE TABLE defines: every column and key, and the options that decide how values read.
///
/// Made only where all of it was understood.
package struct CreateTableBody: Hashable, Sendable {
    /// In order. A text column for which the table's default character set counts has none.
    package var columns: [ColumnDefinition]
    /// In the statement's order; those that columns define for themselves stand where the column does.
    package var keys: [KeyDefinition]
    /// Foreign keys may add indexes of their own, which take names.
    package var hasForeignKeys: Bool
    /// The table option; `nil` where the database's counts.
    package var charset: String?
    package var collation: String?
    /// The table option; `nil` for the server's default.
    package var engine: String?

    package init(
        columns: [ColumnDefinition],
        keys: [KeyDefinition] = [],
        hasForeignKeys: Bool = false,
        charset: String? = nil,
        collation: String? = nil,
        engine: String? = nil
    ) {
        self.columns = columns
        self.keys = keys
        self.hasForeignKeys = hasForeignKeys
        self.charset = charset
        self.collation = collation
        self.engine = engine
    }
}
