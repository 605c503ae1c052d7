/// What a pipeline knows about one of its tables; one row of `leat.tables`.
package struct TableState: Sendable, Hashable {
    package typealias Phase = TablePhase

    /// `database.table` at the source.
    package var name: String
    package var phase: Phase
    package var cause: String
    package var remedy: String
    /// The view shows no version below this batch.
    package var floor: UInt64
    /// The barrier after which the present copy's ranges began; ranges of earlier copies do not count.
    package var copiedFrom: UInt64
    /// The source's position that makes a finished copy consistent; empty while ranges are missing.
    package var consistentAt: String
    /// Rows read by the present copy.
    package var rows: UInt64
    /// The table's definition that the stream is at (JSON).
    package var definition: String
    /// Transactions that had come before the table was followed: its copy has seen their rows (a GTID set).
    package var passedOver: String
    /// The last barrier that was applied to the table: a repeat of it changes nothing more.
    package var barrier: UInt64
    /// The ClickHouse database of its view; empty where an earlier version saved the state.
    package var warehouseDatabase: String
    /// What it is quarantined for may end without anybody telling Leat: a copy is tried again from time to time.
    package var isRetried: Bool
    /// The server that the present copy is read from, by its UUID: another one may lack for good what a range has seen.
    /// Empty where an earlier version began the copy.
    package var readFrom: String
    /// The raw table of an earlier definition, in the raw tables' database: the view shows it until the present copy is
    /// complete. Empty where the view shows the table's own.
    package var replaces: String

    package init(
        name: String,
        phase: Phase,
        cause: String = "",
        remedy: String = "",
        floor: UInt64 = 0,
        copiedFrom: UInt64 = 0,
        consistentAt: String = "",
        rows: UInt64 = 0,
        definition: String = "",
        passedOver: String = "",
        barrier: UInt64 = 0,
        warehouseDatabase: String = "",
        isRetried: Bool = false,
        readFrom: String = "",
        replaces: String = ""
    ) {
        self.name = name
        self.phase = phase
        self.cause = cause
        self.remedy = remedy
        self.floor = floor
        self.copiedFrom = copiedFrom
        self.consistentAt = consistentAt
        self.rows = rows
        self.definition = definition
        self.passedOver = passedOver
        self.barrier = barrier
        self.warehouseDatabase = warehouseDatabase
        self.isRetried = isRetried
        self.readFrom = readFrom
        self.replaces = replaces
    }
}
