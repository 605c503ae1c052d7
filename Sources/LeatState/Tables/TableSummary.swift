/// What `leat.tables` says of a table to those who do not run its pipeline.
package struct TableSummary: Sendable, Hashable {
    /// `database.table` at the source.
    package var name: String
    package var phase: TablePhase
    package var cause: String
    package var remedy: String
    /// The number after which its last copy began.
    package var copiedFrom: UInt64
    /// Rises whenever anything of the table's state changes, a TRUNCATE or a new copy included.
    package var revision: UInt64
    /// Columns whose dates are carried as text, since ClickHouse cannot hold all of them.
    package var dateTextColumns: [String]

    package init(
        name: String,
        phase: TablePhase,
        cause: String = "",
        remedy: String = "",
        copiedFrom: UInt64 = 0,
        revision: UInt64 = 0,
        dateTextColumns: [String] = []
    ) {
        self.name = name
        self.phase = phase
        self.cause = cause
        self.remedy = remedy
        self.copiedFrom = copiedFrom
        self.revision = revision
        self.dateTextColumns = dateTextColumns
    }
}
