/// A line that ``LineProtocolParser`` has read: views into the input, or into the parser's own memory where something
/// was escaped. Valid during the call that gets it, and no longer.
public struct LinePoint {
    /// Where the line begins, counted from 1; a line feed within a string counts too.
    public let line: Int
    /// Measurement and tags as they stand in the input: points with the same bytes belong to the same series, so what
    /// is known about a series can be looked up by them.
    public let series: UnsafeRawBufferPointer
    /// Unescaped, never empty.
    public let measurement: UnsafeRawBufferPointer
    /// In the order of the input, each key once.
    public let tags: UnsafeBufferPointer<LineTag>
    /// At least one, in the order of the input. Each key once: of several values the last counts, as in the server.
    public let fields: UnsafeBufferPointer<LineField>
    /// Nanoseconds since 1970; `nil` where the line has none (the server then takes its own clock).
    public let time: Int64?
}
