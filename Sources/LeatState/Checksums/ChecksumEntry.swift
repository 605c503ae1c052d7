/// What one batch did to a table.
package struct ChecksumEntry: Sendable, Hashable {
    package var number: UInt64
    /// nil if that is not known: rows were copied or repaired, or not logged whole.
    package var change: RowsChecksum?

    package init(number: UInt64, change: RowsChecksum?) {
        self.number = number
        self.change = change
    }
}
