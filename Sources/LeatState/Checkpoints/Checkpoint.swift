/// How far a pipeline has come: all batches up to `acknowledged` are in the warehouse, and with them everything in
/// `position`.
public struct Checkpoint: Sendable, Hashable {
    public var acknowledged: UInt64
    /// The source's position (a GTID set).
    public var position: String

    public init(acknowledged: UInt64 = 0, position: String = "") {
        self.acknowledged = acknowledged
        self.position = position
    }
}
