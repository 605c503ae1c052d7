import Synchronization

/// Tables that several tasks take one after the other.
final class TableQueue: Sendable {
    private let tables: [(index: Int, table: VerifiedTable)]
    private let taken = Mutex(0)

    init(_ tables: [(index: Int, table: VerifiedTable)]) { self.tables = tables }

    /// The next table and its number, from 1.
    func next() -> (number: Int, (index: Int, table: VerifiedTable))? {
        taken.withLock { taken in
            guard taken < tables.count else { return nil }
            taken += 1
            return (taken, tables[taken - 1])
        }
    }
}
