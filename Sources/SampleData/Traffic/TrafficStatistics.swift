/// What traffic has done so far: rows as the server counted them, in transactions that were committed.
package struct TrafficStatistics: Sendable, Equatable {
    package var inserted = 0
    package var updated = 0
    package var deleted = 0
    /// Committed.
    package var transactions = 0
    /// Rolled back on purpose.
    package var rolledBack = 0
    /// Done again after a deadlock, a lock wait or a lost connection.
    package var retried = 0
    /// Since traffic began.
    package var elapsed: Duration = .zero
    /// Row changes per second over the last interval of reporting.
    package var rowsPerSecond = 0.0

    /// All row changes.
    package var rows: Int { inserted + updated + deleted }

    mutating func add(_ other: TrafficStatistics) {
        inserted += other.inserted
        updated += other.updated
        deleted += other.deleted
        transactions += other.transactions
        rolledBack += other.rolledBack
        retried += other.retried
    }

    mutating func count(_ kind: TrafficStatement.Kind, _ rows: Int) {
        switch kind {
        case .insert: inserted += rows
        case .update: updated += rows
        case .delete: deleted += rows
        }
    }
}
