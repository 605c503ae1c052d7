/// What the running process can be asked to do with tables.
package enum TableOrder: String, Sendable, CaseIterable {
    /// Copy them again, in place.
    case resync
    /// Stop following them until they are resumed.
    case pause
    /// Copy paused ones again, in place, and follow them.
    case resume
    /// Forget those that the source no longer has.
    case forget
}
