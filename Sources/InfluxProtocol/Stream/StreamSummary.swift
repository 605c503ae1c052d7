/// What a stream delivered.
public struct StreamSummary: Sendable, Hashable {
    public var rows = 0
    /// Of the result, as it came.
    public var bytes = 0
    /// How it came.
    public var format = StreamFormat.json

    public init() {}
}
