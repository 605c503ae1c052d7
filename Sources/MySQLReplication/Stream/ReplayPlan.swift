import LeatState
import MySQLProtocol
import PipelineCore
import Warehouse

/// Which batch each transaction belongs to that was defined before a crash and not acknowledged: a replay gives it the
/// same number, whatever server sends it and in whatever order.
package struct ReplayPlan {
    /// A defined batch that still waits for some of its transactions.
    struct Pending {
        let definition: BatchDefinition
        /// Transactions that end in this batch and have not ended yet.
        var missing: GTIDSet
        /// All parts of transactions that it holds.
        let parts: [RecordedPart]
        /// Parts of transactions that continue in a later batch, not read to their end yet.
        var openParts: [RecordedPart]
        let open: OpenBatch

        var isComplete: Bool { missing.isEmpty && openParts.isEmpty }
    }

    private(set) var pending: [Pending]
    /// Transactions of which rows below a number are in the warehouse already, by their text.
    private(set) var doneBelow: [String: UInt64] = [:]
    /// Transactions with parts in which not the rows of all tables are counted, by their text.
    private var uncertain: Set<String> = []

    var isEmpty: Bool { pending.isEmpty }

    /// - Parameters:
    ///   - definitions: the batches that were not acknowledged.
    ///   - acknowledgedParts: parts of transactions that were.
    ///   - position: transactions that are complete.
    /// - Throws: `GTIDError` if a recorded position cannot be read.
    init(
        _ definitions: [BatchDefinition],
        acknowledgedParts: [BatchDefinition.Part] = [],
        position: GTIDSet = GTIDSet()
    ) throws {
        pending = []
        for part in acknowledgedParts.map(RecordedPart.init) {
            if position.isSuperset(of: try GTIDSet(parsing: part.transaction)) { continue }
            doneBelow[part.transaction] = max(doneBelow[part.transaction] ?? 0, part.end)
            if !part.countsAllTables { uncertain.insert(part.transaction) }
        }
        for definition in definitions where definition.kind == .stream || definition.kind == .barrier {
            let position = try GTIDSet(parsing: definition.position)
            if position.isEmpty && definition.parts.isEmpty { continue }
            let parts = definition.parts.map(RecordedPart.init)
            for part in parts where !part.countsAllTables { uncertain.insert(part.transaction) }
            pending.append(
                Pending(
                    definition: definition,
                    missing: position,
                    parts: parts,
                    openParts: parts.filter { !$0.isLast },
                    open: OpenBatch(number: definition.number)
                )
            )
        }
    }

    /// All transactions that the plan covers, also those of which it holds only a part.
    var covered: GTIDSet {
        var all = GTIDSet()
        for batch in pending { all.formUnion(batch.missing) }
        let parts = pending.flatMap { $0.openParts.map(\.transaction) }
        for transaction in Set(parts).union(doneBelow.keys) {
            // Printed by us, and read once already.
            if let one = try? GTIDSet(parsing: transaction) { all.formUnion(one) }
        }
        return all
    }

    /// The defined batch that holds row `ordinal` of `transaction`, by its index in `pending`.
    func index(of transaction: GTID, text: String, row ordinal: UInt64) -> Int? {
        for (index, batch) in pending.enumerated() {
            if let part = batch.parts.first(where: { $0.transaction == text }) {
                if ordinal >= part.first && ordinal < part.end { return index }
            } else if batch.missing.contains(transaction) {
                return index
            }
        }
        return nil
    }

    /// Whether the numbers of a transaction's recorded parts are those of an earlier version.
    func hasUncertainParts(text: String) -> Bool { uncertain.contains(text) }

    /// Whether `transaction` ends in a defined batch.
    func covers(_ transaction: GTID) -> Bool { pending.contains { $0.missing.contains(transaction) } }

    /// The number of the barrier that `transaction` was defined as.
    func barrier(of transaction: GTID) -> UInt64? {
        pending.first { $0.definition.kind == .barrier && $0.missing.contains(transaction) }?.definition.number
    }

    /// Notes that rows of a transaction below `ordinal` have been read, and takes out the batches that this completes.
    mutating func passed(text: String, row ordinal: UInt64) -> [Pending] {
        for index in pending.indices {
            pending[index].openParts.removeAll { $0.transaction == text && $0.end <= ordinal }
        }
        return takeComplete()
    }

    /// Notes the end of `transaction` and takes out the batches that it completes.
    mutating func finished(_ transaction: GTID, text: String) -> [Pending] {
        doneBelow[text] = nil
        uncertain.remove(text)
        var one = GTIDSet()
        one.insert(transaction)
        for index in pending.indices {
            pending[index].missing.subtract(one)
            pending[index].openParts.removeAll { $0.transaction == text }
        }
        return takeComplete()
    }

    /// Takes out the batches that miss nothing but some of `transactions`.
    mutating func complete(but transactions: GTIDSet) -> [Pending] {
        func isComplete(_ batch: Pending) -> Bool {
            batch.openParts.isEmpty && transactions.isSuperset(of: batch.missing)
        }
        let complete = pending.filter(isComplete)
        if !complete.isEmpty { pending.removeAll(where: isComplete) }
        return complete
    }

    private mutating func takeComplete() -> [Pending] {
        let complete = pending.filter(\.isComplete)
        if !complete.isEmpty { pending.removeAll(where: \.isComplete) }
        return complete
    }
}
