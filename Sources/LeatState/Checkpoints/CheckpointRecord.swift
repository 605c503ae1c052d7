/// A checkpoint, and what the pipeline knew when it saved it: one row of `leat.checkpoints`.
package struct CheckpointRecord: Sendable, Hashable {
    /// A running pipeline saves its checkpoint every ten seconds at least; one that has not for this long does not run,
    /// or cannot write. The one rule for all who ask whether a pipeline is alive.
    package static let silenceMax = Duration.seconds(20)

    package var checkpoint: Checkpoint
    /// What the source had executed, as far as the pipeline knew (a GTID set).
    package var sourcePosition: String
    package var lagSeconds: Double
    /// When it was saved: seconds since 1970 by ClickHouse's clock.
    package var savedAt: Double
    /// How long ago that was when it was read, by the same clock.
    package var age: Duration

    package init(
        checkpoint: Checkpoint,
        sourcePosition: String = "",
        lagSeconds: Double = 0,
        savedAt: Double = 0,
        age: Duration = .zero
    ) {
        self.checkpoint = checkpoint
        self.sourcePosition = sourcePosition
        self.lagSeconds = lagSeconds
        self.savedAt = savedAt
        self.age = age
    }

    /// Whether the pipeline has been silent for too long to be running.
    package var isSilent: Bool { age > Self.silenceMax }
}
