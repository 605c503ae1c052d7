import LeatState
import MySQLProtocol
import MySQLSchema
import PipelineCore
import Warehouse

@testable import MySQLReplication

/// Steps of tables, as ``TableKeeper`` carries them out.
extension SimulatedPipeline {
    func mayBeKilled(_ random: inout Randomness) throws {
        if killsOneIn > 0, Int.random(in: 0..<killsOneIn, using: &random) == 0 { throw Killed() }
    }

    @discardableResult
    mutating func perform(
        _ event: TableEvent,
        _ warehouse: inout ModelWarehouse,
        _ random: inout Randomness
    ) throws -> Bool {
        guard let step = lifecycle.step(for: event).map({ mutation?.changed($0, event) ?? $0 }) else { return false }
        warehouse.trace.append(
            "  \(event)".prefix(160) + " → \(step.entry.state.phase) from \(step.entry.state.copiedFrom)"
        )
        do {
            try perform(step, &warehouse, &random)
        } catch let refusal as TableRefusal {
            if case .loaded = event { lifecycle.commit(step) }
            guard let stop = lifecycle.step(for: .refused(step.table, refusal)) else { return true }
            try perform(stop, &warehouse, &random)
        }
        return true
    }

    mutating func perform(
        _ step: TableStep,
        _ warehouse: inout ModelWarehouse,
        _ random: inout Randomness
    ) throws {
        var received = GTIDSet()
        for action in step.prepare {
            try mayBeKilled(&random)
            if case .follow = action { received = stream.received }
            try act(action, of: step.table, &warehouse)
        }
        var step = step
        if mutation == .copyCountsOldRanges { step.beginsCopy = false }
        if mutation == .passedRowsAreForgotten { step.beginsFollowing = false }
        step = step.ready(last: last, received: received)
        try mayBeKilled(&random)
        if mutation == .claimsAreReleasedBeforeSaving, step.finish.contains(.releaseClaims) {
            try act(.releaseClaims, of: step.table, &warehouse)
            saveCheckpoint(&warehouse)
            try mayBeKilled(&random)
        }
        if mutation?.savesNot(step) != true { warehouse.tables[step.entry.state.name] = step.entry.state }
        try mayBeKilled(&random)
        lifecycle.commit(step)
        warehouse.requireWhole(step.entry.state)
        for action in step.finish {
            do {
                try act(action, of: step.table, &warehouse)
            } catch is TableRefusal where !step.entry.isFollowed {}
            try mayBeKilled(&random)
        }
    }

    mutating func act(_ action: TableAction, of name: TableName, _ warehouse: inout ModelWarehouse) throws {
        switch action {
        case .create(let table, let floor): try warehouse.create(table, floor: floor)
        case .addColumns(let columns, let table, let floor): warehouse.addColumns(columns, to: table, floor: floor)
        case .reshape(let table, let widened, let dropped, let floor):
            warehouse.reshape(table, widened: widened, dropped: dropped, floor: floor)
        case .convertToText(let columns, let table, let floor):
            warehouse.convertToText(columns, of: table, floor: floor)
        case .showFrom(let table, let floor): warehouse.showFrom(table, floor: floor)
        case .setAside(let database, let table, let batch): try warehouse.setAside(database, table, batch: batch)
        case .createBehind(let table): try warehouse.createBehind(table)
        case .replace(let table, let kept, let floor, let keepsCopied):
            try warehouse.replace(by: table, as: kept, floor: floor, keepsCopied: keepsCopied)
        case .removeReplaced(let kept, let table): warehouse.removeReplaced(kept, of: table)
        case .removeBelowFloor(let table, let floor): warehouse.removeBelowFloor(table, floor: floor)
        case .stopCopy:
            for copy in copies where copy.name == name { ended[name, default: []] += copy.open.map(\.number) }
            copies.removeAll { $0.name == name }
        case .releaseClaims:
            for number in ended.removeValue(forKey: name) ?? [] { acknowledge(number) }
            for claim in unacknowledged.removeValue(forKey: name) ?? [] { acknowledge(claim.number) }
        case .startCopy(let hasOlderRows):
            guard let entry = lifecycle.tables[name], let mapping = entry.mapping,
                entry.state.consistentAt.isEmpty
            else { return }
            let copiedFrom = entry.state.copiedFrom
            // What was claimed since is done, or about to be.
            let claimed = warehouse.batches.filter {
                $0.kind == .range && $0.table == name.description && $0.number > copiedFrom
            }.compactMap { Int($0.detail) }
            let left = Self.ranges.indices.filter { !claimed.contains($0) }.map { Self.ranges[$0] }
            copies.append(
                Copy(
                    name: name,
                    mapping: mapping,
                    copiedFrom: copiedFrom,
                    hasOlderRows: hasOlderRows,
                    ranges: left
                )
            )
        case .follow(let mapping, let passedOver, let uncertain):
            stream.follow(
                mapping,
                passingOver: (try? GTIDSet(parsing: passedOver)) ?? GTIDSet(),
                uncertain: (try? GTIDSet(parsing: uncertain)) ?? GTIDSet()
            )
        case .leaveOut: stream.stop(name, asQuarantined: true)
        case .unfollow: stream.stop(name, asQuarantined: false)
        }
    }
}
