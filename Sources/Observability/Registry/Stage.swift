/// The steps that rows pass: values of the label `stage`.
package enum Stage: String, Sendable, Hashable, CaseIterable {
    /// Bytes from the source.
    case receive
    /// Events or rows into columns.
    case decode
    /// A batch waits for its insert.
    case queue
    /// A batch goes into ClickHouse.
    case insert
    /// The checkpoint moves.
    case acknowledge
    /// A range of existing rows is copied.
    case snapshot
}
