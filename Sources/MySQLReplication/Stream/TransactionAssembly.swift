import LeatState
import MySQLProtocol
import PipelineCore
import Warehouse

/// Puts transactions together from one or several connections: the one that is being read, those in the middle of which
/// a connection broke, those that are whole, and which of their rows go back into batches that were defined before a
/// crash.
struct TransactionAssembly {
    /// All transactions that were received whole.
    private(set) var received: GTIDSet
    private(set) var plan: ReplayPlan
    /// What was in the warehouse before this stream began.
    private let origin: GTIDSet
    /// Intervals of quiet transactions of one server that are kept: a failover loses the newest.
    private static let quietIntervalsMax = 10_000
    /// Transactions that came since and changed no table that is to be followed.
    private(set) var quiet = GTIDSet()
    /// XA transactions whose outcome is not known yet. They count as received.
    var prepared = PreparedTransactions()
    var current: OpenTransaction?
    /// Transactions in the middle of which a connection broke, as far as they had come.
    private var interrupted: [GTID: OpenTransaction] = [:]

    init(received: GTIDSet, plan: ReplayPlan) {
        self.received = received
        self.plan = plan
        origin = received
    }

    /// Everything that is in a batch, is about to be, or will be replayed into one: what the ranges of a copy must see.
    /// That includes the transaction that is being read, since a part of it may be in an earlier batch already.
    var seen: GTIDSet {
        var seen = received.union(plan.covered)
        if let current { seen.insert(current.gtid) }
        // Of one that had changed nothing yet nothing is in any batch, and a failover may have lost it.
        for (gtid, transaction) in interrupted where !transaction.isQuiet { seen.insert(gtid) }
        return seen
    }

    /// What a host must have for the stream to continue there.
    var needs: StreamNeeds {
        let seen = seen
        return StreamNeeds(
            received: received,
            seen: seen,
            quiet: quiet,
            changing: seen.subtracting(origin).subtracting(quiet)
        )
    }

    /// A transaction has ended that changed no table that is to be followed.
    mutating func noteQuiet(_ gtid: GTID) { quiet.insert(gtid, keepingNewest: Self.quietIntervalsMax) }

    mutating func begin(_ gtid: GTID, committedAt: Int64) {
        var transaction = OpenTransaction(gtid, committedAt: committedAt)
        if let earlier = interrupted.removeValue(forKey: gtid) {
            transaction.resume(earlier)
        } else if let done = plan.doneBelow[transaction.text] {
            transaction.skip(below: done)
        }
        if plan.hasUncertainParts(text: transaction.text) { transaction.distrustParts() }
        current = transaction
    }

    mutating func interrupt() {
        guard var transaction = current else { return }
        current = nil
        transaction.interrupt()
        interrupted[transaction.gtid] = transaction
    }

    /// The end of the transaction that is being read.
    ///
    /// - Returns: it, the batches that were defined before a crash and are complete with it, and whether it ends in one
    ///   of those; nil outside of a transaction.
    mutating func end() -> (transaction: OpenTransaction, complete: [OpenBatch], isPlanned: Bool)? {
        guard let transaction = current else { return nil }
        current = nil
        received.insert(transaction.gtid)
        guard !plan.isEmpty else { return (transaction, [], false) }
        let isPlanned = plan.covers(transaction.gtid)
        var complete = plan.finished(transaction.gtid, text: transaction.text).map(\.open)
        if let gtid = transaction.outcomeOf { complete += plan.finished(gtid, text: gtid.description).map(\.open) }
        return (transaction, complete, isPlanned)
    }

    /// The transaction that is being read is prepared, and waits for its outcome.
    ///
    /// - Returns: batches that were defined before a crash and need not wait for anything else. Only an earlier version
    ///   recorded a
    ///   prepared transaction apart from its outcome, and stopped its tables.
    mutating func prepare(_ id: XATransactionID, _ changes: HeldChanges) -> [OpenBatch] {
        guard let transaction = current else { return [] }
        current = nil
        received.insert(transaction.gtid)
        prepared.insert(id, .init(gtid: transaction.gtid, changes: changes))
        return plan.isEmpty ? [] : plan.complete(but: prepared.gtids).map(\.open)
    }

    /// The batch that was defined before a crash and holds row `row` of `transaction`, and those that are complete
    /// since the rows before it were read.
    mutating func plannedBatch(for transaction: OpenTransaction, row: UInt64) -> (
        batch: OpenBatch?, complete: [OpenBatch]
    ) {
        let complete = plan.passed(text: transaction.text, row: row).map(\.open)
        let index = plan.index(of: transaction.gtid, text: transaction.text, row: row)
        return (index.map { plan.pending[$0].open }, complete)
    }

    /// Whether the open batch has rows of a transaction that has not ended.
    var hasOpenRows: Bool {
        current?.hasOpenRows ?? false || interrupted.values.contains(where: \.hasOpenRows)
    }

    /// The open batch ends: the parts that it has of transactions begun on an earlier connection and not sent again
    /// yet.
    mutating func cutInterrupted() -> [BatchDefinition.Part] {
        var parts: [BatchDefinition.Part] = []
        for gtid in interrupted.keys {
            if let part = interrupted[gtid]?.cut() { parts.append(part) }
        }
        return parts
    }

    /// Takes a table's rows out of the batches that are not complete yet.
    func remove(table name: String) {
        for batch in plan.pending { batch.open.remove(table: name) }
    }
}
