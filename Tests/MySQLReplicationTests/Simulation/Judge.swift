import LeatState
import MySQLProtocol
import MySQLSchema

@testable import MySQLReplication

/// Says what is wrong once all is quiet: with tables, or with the refusal of every host.
struct Judge {
    let source: ModelSource
    let warehouse: ModelWarehouse
    let configuration: SimulatedPipeline.Configuration

    var report: [String] { source.history + warehouse.trace }

    private func happened(_ prefix: String) -> Bool { source.history.contains { $0.hasPrefix(prefix) } }

    // MARK: Tables

    func verdict(on pipeline: SimulatedPipeline) -> History.Result {
        var result = History.Result(report: report)
        func fail(_ text: String?) { if result.problem == nil { result.problem = text } }
        fail(warehouse.problem)
        if !pipeline.stream.received.isSuperset(of: source.present.executed) { fail("the stream stands still") }
        if !pipeline.applied.isSuperset(of: source.present.executed) { fail("the checkpoint stands still") }
        for name in ModelSource.names where configuration.isWanted(ModelSource.name(name)) {
            let state = pipeline.lifecycle.tables[ModelSource.name(name)]?.state
            if let state, warehouse.tables[state.name] != state { fail("\(name): its state is not saved") }
            switch (source.present.tables[name], state?.phase) {
            case (let table?, .streaming?):
                if !isChangedAlone(name) { fail(difference(name, table)) }
                if state?.replaces.isEmpty == false { fail("\(name): complete, and still shown as it was") }
                result.equal += 1
            case (let table, .quarantined?):
                fail(problem(name, stoppedFor: state?.cause ?? "", isPresent: table != nil))
                result.stopped += 1
            // It was begun and not recorded before a crash, and went without a word.
            case (nil, nil) where source.changed.contains(name) || happened("copies again"): break
            case (nil, nil), (nil, .dropped?): fail(problem(gone: name))
            case (let table, let phase):
                let phase = phase.map { "\($0)" } ?? "unknown"
                fail("\(name): \(phase), and the source has \(table == nil ? "no" : "a") table")
            }
        }
        return result
    }

    private func difference(_ name: String, _ table: ModelSource.Table) -> String? {
        let database = configuration.prefix + ModelSource.database
        if !table.hasKey {
            let shown = warehouse.equalRows(database, name)
            let rows = table.rows.values.map { "\($0)" }.sorted()
            return shown == rows ? nil : "\(name): \(shown ?? ["no view"]) instead of \(rows)"
        }
        let shown = warehouse.rows(database, name)
        if shown == table.rows { return nil }
        return "\(name): \(shown.map { "\($0)" } ?? "no view") instead of \(table.rows)"
    }

    /// Whether a host that the pipeline began at had done something to a table that the present one has not: nobody can
    /// tell from a GTID what it was, and nearly every old replica has some of its own. They are listed in the log.
    private func isChangedAlone(_ name: String) -> Bool {
        source.facts.contains { fact in
            fact.touches.contains(name) && !source.present.executed.contains(fact.gtid)
                && warehouse.origins.contains { $0.contains(fact.gtid) }
        }
    }

    private func problem(_ name: String, stoppedFor cause: String, isPresent: Bool) -> String? {
        if cause.isEmpty { return "\(name): stopped without a cause" }
        if source.changed.contains(name) || isChangedAlone(name) { return nil }
        // Where changes passed by, a table may be gone without a statement that says so.
        let mayBeUnseen = happened("copies again") || happened("excluded")
        // A lagging replica from which all is copied again may not have had it yet, and IF NOT EXISTS does not say
        // more.
        let isUnsure = !isPresent || (source.servers.count > 1 && happened("copies again"))
        if mayBeUnseen, isUnsure, cause.contains("no longer has it") { return nil }
        return "\(name): stopped for nothing: \(cause)"
    }

    private func problem(gone name: String) -> String? {
        // What is in a database that the configuration named before stays as it was, also when it is named again.
        let hasReturned = source.history.count { $0.hasPrefix("prefix") } > 1
        if hasReturned || warehouse.rows(configuration.prefix + ModelSource.database, name) == nil { return nil }
        return "\(name): it is gone and its view is not"
    }

    // MARK: Refusals

    /// What is wrong with the refusal of the primary.
    func problem(with refusal: HostRefusal?, of pipeline: SimulatedPipeline?) -> String? {
        guard let refusal else { return "the primary can be reached, and is not followed" }
        let executed = source.present.executed
        switch refusal.reason {
        case .purged:
            if !source.present.purged.intersection(refusal.transactions).isEmpty { return nil }
        case .lostItsOwn: break
        case .unrelated: if refusal.transactions.servers.isDisjoint(with: executed.servers) { return nil }
        case .lacks:
            for fact in source.facts where refusal.transactions.contains(fact.gtid) {
                if executed.contains(fact.gtid) { continue }
                if fact.touches.contains(where: { configuration.isWanted(ModelSource.name($0)) }) { return nil }
                // An earlier run did not record of each transaction what it did.
                guard let pipeline else { return nil }
                if pipeline.origin.contains(fact.gtid), !pipeline.stream.needs.quiet.contains(fact.gtid) { return nil }
            }
        }
        return "refused for nothing: \(refusal.message)"
    }
}
