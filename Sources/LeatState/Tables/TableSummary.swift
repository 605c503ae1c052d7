/// What `leat.tables` says of a table to those who do not run its pipeline.
public struct TableSummary: Sendable, Hashable {
    /// `database.table` at the source.
    public var name: String
    public var phase: TablePhase
    public var cause: String
    public var remedy: String
    /// The number after which its last copy began.
    public var copiedFrom: UInt64
    /// Rises whenever anything of the table's state changes, a TRUNCATE or a new copy included.
    public var revision: UInt64

    public init(
        name: String,
        phase: TablePhase,
        cause: String = "",
        remedy: String = "",
        copiedFrom: UInt64 = 0,
        revision: UInt64 = 0
    ) {
        self.name = name
        self.phase = phase
        self.cause = cause
        self.remedy = remedy
        self.copiedFrom = copiedFrom
        self.revision = revision
    }
}
