/// Rows of one table that are read while they are written, a batch of them at a time.
package protocol RowSource: AnyObject, Sendable {
    /// The next rows; nil where an insert is to end, though more may follow.
    ///
    /// - Throws: what kept them from being read, and `CancellationError`.
    func next() async throws -> RowBatch?

    /// Takes back what ``next()`` gave, to be filled again.
    func giveBack(_ rows: RowBatch)
}
