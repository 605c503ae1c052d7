/// The series of one table of one source.
public struct TableMetrics: Sendable {
    public let insertEvents: Counter
    public let updateEvents: Counter
    public let deleteEvents: Counter
    public let insertedRows: Counter
    public let updatedRows: Counter
    public let deletedRows: Counter
    public let copiedRows: Counter
    public let snapshotRows: Gauge
    public let snapshotRowsExpected: Gauge

    init(source: String, table: String, of metrics: LeatMetrics) {
        func events(_ operation: RowOperation) -> Counter { metrics.events.with(source, table, operation.rawValue) }
        func rows(_ operation: RowOperation) -> Counter { metrics.rows.with(source, table, operation.rawValue) }
        insertEvents = events(.insert)
        updateEvents = events(.update)
        deleteEvents = events(.delete)
        insertedRows = rows(.insert)
        updatedRows = rows(.update)
        deletedRows = rows(.delete)
        copiedRows = rows(.snapshot)
        snapshotRows = metrics.snapshotRows.with(source, table)
        snapshotRowsExpected = metrics.snapshotRowsExpected.with(source, table)
    }
}
