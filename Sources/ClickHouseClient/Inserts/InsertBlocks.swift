import ColumnarBytes

/// Blocks that are made while the server takes them: the data of one insert that is never in memory as a whole.
///
/// Read by one insert, once: what was handed over cannot be sent again.
package protocol InsertBlocks: AnyObject, Sendable {
    /// The next block in Native format; nil at the end. Called again only when the bytes are no longer needed.
    ///
    /// Called in the HTTP client's own task, which may outlive the insert for a moment: after a failure it must come to
    /// an end by itself.
    /// - Throws: any error; the insert then fails, and the server has nothing of it.
    func next() async throws -> GrowableBytes?
}
