/// What has to be recorded of a measurement's windows, all of it or nothing.
package struct WindowChanges: Sendable, Equatable {
    /// Windows (their starts) that were complete and are not any more.
    package var opened: [Int64] = []
    /// Windows that were open below the frontier and are complete now.
    package var closed: [Int64] = []
    package var frontier: Int64?
    package var copied: TimeRange?
    /// Before it everything came by reads or was confirmed by one, where that does not follow from the frontier.
    package var confirmed: Int64?
    /// The frontier went back to the first window that was open: none of them is of interest any more.
    package var forgetsOpen = false

    package init() {}

    package var isEmpty: Bool {
        opened.isEmpty && closed.isEmpty && frontier == nil && copied == nil && confirmed == nil
    }
}
