/// What a stream delivered.
package struct StreamSummary: Sendable, Hashable {
    package var rows = 0
    /// Of the result, as it came.
    package var bytes = 0
    /// How it came.
    package var format = StreamFormat.json

    package init() {}
}
