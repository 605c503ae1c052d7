/// What configuration can ask for and Leat may or may not do yet. A value that would have no effect is refused rather
/// than ignored.
package enum Feature: String, Sendable, Hashable, CaseIterable {
    case heartbeat = "the heartbeat row"
    case snapshotRateLimit = "limiting the snapshot's rows per second"
    case cluster = "ClickHouse clusters"
    case relaxedDurability = "relaxed durability"
    case orderBy = "choosing the sorting key"
    case history = "the change history"
    case nullDates = "NULL in place of dates that ClickHouse cannot hold"
    case dropTables = "dropping rows with their table"

    /// What this version does.
    package static let supported: Set<Feature> = [.relaxedDurability, .heartbeat]
}
