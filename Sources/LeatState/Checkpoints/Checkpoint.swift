/// How far a pipeline has come: all batches up to `acknowledged` are in the warehouse, and with them everything in
/// `position`.
package struct Checkpoint: Sendable, Hashable {
    package var acknowledged: UInt64
    /// The source's position (a GTID set).
    package var position: String

    package init(acknowledged: UInt64 = 0, position: String = "") {
        self.acknowledged = acknowledged
        self.position = position
    }
}
