import LeatState
import MySQLSchema
import PipelineCore
import Warehouse

/// What comes from outside of the stream.
extension TableLifecycle {
    /// Tables that are to be copied as soon as they can be: those that wait, and those whose quarantine may have ended.
    var toAdopt: [TableName] {
        tables.filter { _, entry in
            entry.state.phase == .waiting || (entry.state.phase == .quarantined && entry.state.isRetried)
        }.keys.sorted()
    }

    /// The tables among `present` (all that the source has) that nothing is known of: they came without a statement in
    /// the binlog, or are new to the configuration.
    func unknown(among present: some Sequence<TableName>) -> [TableName] {
        present.filter { name in
            guard isWanted(name) else { return false }
            let phase = tables[name]?.state.phase
            return phase == nil || phase == .dropped || phase == .excluded
        }
    }

    /// Followed tables among `present`.
    func followed(among present: Set<TableName>) -> [TableName] {
        tables.filter { name, entry in entry.isFollowed && present.contains(name) }.keys.sorted()
    }

    /// Followed tables that are not among `present`.
    func missing(from present: Set<TableName>) -> [TableName] {
        tables.filter { name, entry in
            (entry.isFollowed || entry.state.phase == .waiting) && !present.contains(name)
        }.keys.sorted()
    }

    func missing(_ name: TableName, number: UInt64) -> TableStep? {
        guard let entry = tables[name] else { return nil }
        switch entry.state.phase {
        case .waiting where entry.state.definition.isEmpty:
            // A view, or a table that has been renamed again since. A copy may have begun that was not recorded any
            // more.
            var step = left(name, notice: nil)
            step.finish += setAside(name, entry.state, number: number)
            return step
        case .waiting, .streaming, .snapshotting:
            return quarantine(
                name,
                TableRefusal(
                    cause: "the source no longer has it, and no DROP TABLE came through the binlog",
                    remedy: "leat tables forget \(name)   which keeps its rows under another name",
                    // It may come back as silently.
                    isRetried: true
                )
            )
        case .quarantined, .paused, .dropped, .excluded, .kept: return nil
        }
    }

    func paused(_ name: TableName) -> TableStep? {
        guard var entry = tables[name], entry.state.phase != .dropped, entry.state.phase != .excluded,
            entry.state.phase != .paused
        else { return nil }
        entry.state.phase = .paused
        entry.state.cause = "paused by an operator"
        entry.state.remedy = "leat tables resume \(name)"
        entry.state.isRetried = false
        entry.state.consistentAt = ""
        return TableStep(
            table: name,
            prepare: [.stopCopy],
            entry: entry,
            finish: [.leaveOut, .releaseClaims]
        )
    }

    func resumed(_ name: TableName) -> TableStep? {
        guard let phase = tables[name]?.state.phase, phase == .paused || phase == .quarantined else { return nil }
        return wait(name, because: phase == .paused ? "it was paused" : "it was quarantined")
    }

    func forgotten(_ name: TableName, number: UInt64) -> TableStep? {
        guard let entry = tables[name], !entry.isFollowed, entry.state.phase != .dropped else { return nil }
        var step = left(name, notice: .dropped)
        step.entry.state.barrier = max(number, entry.state.barrier)
        step.finish += setAside(name, entry.state, number: number)
        return step
    }

    /// The table is known to be gone from the source.
    func left(_ name: TableName, notice: TableStep.Notice?) -> TableStep {
        var state = TableState(name: name.description, phase: .dropped)
        state.barrier = tables[name]?.state.barrier ?? 0
        return TableStep(
            table: name,
            prepare: [.stopCopy],
            entry: Entry(state: state),
            finish: [.unfollow, .releaseClaims],
            notice: notice
        )
    }
}
