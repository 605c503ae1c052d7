/// What a table is in.
public enum TablePhase: String, Sendable, Codable, CaseIterable {
    /// Its rows are being copied, while its changes are followed already.
    case snapshotting
    /// Complete, and every change is followed.
    case streaming
    /// Held by an operator.
    case paused
    /// Stopped because something could not be carried over exactly; the state's `cause` says what, `remedy` what to do.
    case quarantined
    /// Dropped at the source.
    case dropped
}
