/// Something in which the warehouse is not like the source.
package struct Difference: Sendable, Hashable, Codable {
    /// How the two sides differ in a row.
    package enum Kind: String, Sendable, Codable, CaseIterable {
        /// The source has the row, the warehouse does not show it.
        case missing
        /// The warehouse shows a row that the source does not have.
        case extra
        /// Both have the row, with different values in the column.
        case value
        /// As `value`, and a time in the row at the source is later than in the warehouse: a change did not arrive.
        case stale
        /// The warehouse shows the row more than once.
        case duplicate
        /// The source has lost the row, or the value in the column, through a foreign key (ON DELETE CASCADE …), which
        /// MySQL before 9.6 does not log: the row's parent is gone.
        case orphan
        /// Someone other than Leat has written the row, or removed it, in the warehouse.
        case foreign
        /// The source has the column, the view does not.
        case missingColumn
        /// The source has the table and the configuration follows it, but the pipeline does not know it.
        case missingTable
        /// The pipeline shows the table, the source no longer has it.
        case extraTable
        /// The view has a column that the source does not.
        case extraColumn
    }

    /// The row's key, the values of a key of several columns with commas between; binary values as `0x…`. `nil` where
    /// the difference is not one of a row.
    package var key: String?
    /// The column; `nil` where the row as a whole is concerned.
    package var column: String?
    package var kind: Kind

    package init(key: String?, column: String?, kind: Kind) {
        self.key = key
        self.column = column
        self.kind = kind
    }

    package func encode(to encoder: any Encoder) throws {
        // With their nulls, so that every difference has the same three fields.
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(key, forKey: .key)
        try container.encode(column, forKey: .column)
        try container.encode(kind, forKey: .kind)
    }
}
