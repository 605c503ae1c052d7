import MySQLProtocol
import Synchronization

/// What is in the warehouse for certain, as a GTID set: batches add to it in order as they become contiguous.
final class AppliedPosition: Sendable {
    private struct State {
        var position: GTIDSet
        var acknowledged: UInt64
        /// Transactions without followed rows; they count once all batches up to a number are acknowledged.
        var waiting: [(after: UInt64, transactions: GTIDSet)] = []
        var unreadable = false
    }

    private let state: Mutex<State>

    init(position: GTIDSet, acknowledged: UInt64) {
        state = Mutex(State(position: position, acknowledged: acknowledged))
    }

    var snapshot: (position: GTIDSet, acknowledged: UInt64) {
        state.withLock { ($0.position, $0.acknowledged) }
    }

    /// Batches up to `acknowledged` have become contiguous; `positions` are theirs.
    func advance(positions: [String], acknowledged: UInt64) {
        state.withLock { state in
            for text in positions {
                // The pipeline printed these sets itself; one that cannot be read would be a bug, and must not move on.
                guard let set = try? GTIDSet(parsing: text) else {
                    state.unreadable = true
                    return
                }
                state.position.formUnion(set)
            }
            guard !state.unreadable else { return }
            state.acknowledged = max(state.acknowledged, acknowledged)
            state.waiting.removeAll { entry in
                guard entry.after <= state.acknowledged else { return false }
                state.position.formUnion(entry.transactions)
                return true
            }
        }
    }

    /// Adds transactions that have nothing for the warehouse, after all batches up to `number`.
    func add(_ transactions: GTIDSet, after number: UInt64) {
        state.withLock { state in
            if number <= state.acknowledged {
                state.position.formUnion(transactions)
            } else if let last = state.waiting.indices.last, state.waiting[last].after == number {
                state.waiting[last].transactions.formUnion(transactions)
            } else {
                state.waiting.append((number, transactions))
            }
        }
    }
}
