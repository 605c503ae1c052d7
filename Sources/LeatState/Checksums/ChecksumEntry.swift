/// What one batch did to a table.
public struct ChecksumEntry: Sendable, Hashable {
    public var number: UInt64
    /// nil if that is not known: rows were copied or repaired, or not logged whole.
    public var change: RowsChecksum?

    public init(number: UInt64, change: RowsChecksum?) {
        self.number = number
        self.change = change
    }
}
