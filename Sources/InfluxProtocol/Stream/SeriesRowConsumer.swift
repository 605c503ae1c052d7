/// Takes the rows of a streamed result as they are decoded.
public protocol SeriesRowConsumer: Sendable {
    /// Gets rows, in order, one call at a time, never an empty one.
    ///
    /// Nothing more is decoded, and soon nothing more read from the server, until this returns: that is the back
    /// pressure. The consumer owns `rows` from now on.
    /// - Returns: Where the next rows go, with the same columns; its content is forgotten. `rows` itself, when the
    ///   consumer
    ///   is done with it; `nil` for fresh memory.
    func consume(_ rows: SeriesRows) async throws -> SeriesRows?
}
