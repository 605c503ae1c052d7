/// What a table is in.
package enum TablePhase: String, Sendable, Codable, CaseIterable {
    /// Its rows are being copied, while its changes are followed already.
    case snapshotting
    /// Complete, and every change is followed.
    case streaming
    /// Held by an operator.
    case paused
    /// Not followed now; it is copied as soon as the stream has come to where the source is.
    case waiting
    /// Left out by the configuration: what happens meanwhile passes by, so it is copied again on its return.
    case excluded
    /// Stopped because something could not be carried over exactly; the state's `cause` says what, `remedy` what to do.
    case quarantined
    /// Dropped at the source.
    case dropped
    /// A measurement that is gone at the source, and whose points stay.
    case kept
}
