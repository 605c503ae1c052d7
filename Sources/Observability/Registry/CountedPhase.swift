/// What a table is doing: values of the label `state`.
package enum CountedPhase: String, Sendable, Hashable, CaseIterable {
    case snapshotting, streaming, paused, quarantined
}
