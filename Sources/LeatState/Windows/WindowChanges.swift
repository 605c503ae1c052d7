/// What has to be recorded of a measurement's windows, all of it or nothing.
public struct WindowChanges: Sendable, Equatable {
    /// Windows (their starts) that were complete and are not any more.
    public var opened: [Int64] = []
    /// Windows that were open below the frontier and are complete now.
    public var closed: [Int64] = []
    public var frontier: Int64?
    public var copied: TimeRange?
    /// Before it everything came by reads or was confirmed by one, where that does not follow from the frontier.
    public var confirmed: Int64?
    /// The frontier went back to the first window that was open: none of them is of interest any more.
    public var forgetsOpen = false

    public init() {}

    public var isEmpty: Bool {
        opened.isEmpty && closed.isEmpty && frontier == nil && copied == nil && confirmed == nil
    }
}
