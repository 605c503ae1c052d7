/// What the running process can be told to do with tables.
public enum TableOrder: String, Sendable, CaseIterable {
    /// Copy them again, in place.
    case resync
    /// Hold them: their changes wait at the source.
    case pause
    /// Continue those that are paused.
    case resume
    /// Forget those that the source no longer has.
    case forget
}
