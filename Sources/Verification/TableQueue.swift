import Synchronization

/// Tables that several tasks take one after the other.
final class TableQueue: Sendable {
    struct Entry: Sendable {
        var index: Int
        var table: TableToVerify
        /// What was shown of it before, if only the rest is to be compared.
        var earlier: TableResult?
    }

    private let tables: [Entry]
    private let taken = Mutex(0)

    init(_ tables: [Entry]) { self.tables = tables }

    /// The next table and its number, from 1.
    func next() -> (number: Int, entry: Entry)? {
        taken.withLock { taken in
            guard taken < tables.count else { return nil }
            taken += 1
            return (taken, tables[taken - 1])
        }
    }
}
