/// The series of one table of one source.
package struct TableMetrics: Sendable {
    package let insertEvents: Counter
    package let updateEvents: Counter
    package let deleteEvents: Counter
    package let insertedRows: Counter
    package let updatedRows: Counter
    package let deletedRows: Counter
    package let copiedRows: Counter
    package let snapshotRows: Gauge
    package let snapshotRowsExpected: Gauge

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
