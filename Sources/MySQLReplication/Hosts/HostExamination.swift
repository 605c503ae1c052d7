import MySQLClient
import MySQLProtocol

/// Whether a host can be followed from where the pipeline is: what it has executed is held against what the warehouse
/// has already. Pure.
struct HostExamination {
    enum Verdict: Equatable {
        /// It can be followed.
        ///
        /// - Parameter absent: transactions that it lacks and that no followed table needs: nothing must wait for them.
        case fit(absent: GTIDSet)
        /// It may still get these; ask again.
        case waiting(for: GTIDSet)
        case refused(HostRefusal)
    }

    var address: String
    var position: HostPosition
    var needs: StreamNeeds
    /// What ``StreamNeeds/seen`` holds and is on record as carried over in batches with rows.
    var carried = GTIDSet()
    /// Whether it had the time to get what it lacked.
    var hasWaited = false

    var verdict: Verdict {
        if let received = needs.received {
            let purged = position.purged.subtracting(received)
            if !purged.isEmpty { return .refused(refusal(.purged, purged)) }
        }
        if !needs.seen.isEmpty, needs.seen.servers.isDisjoint(with: position.executed.servers) {
            // A replica that is being filled may have nothing yet.
            let mayChange = position.replica != nil && !hasWaited
            return mayChange ? .waiting(for: needs.seen) : .refused(refusal(.unrelated, needs.seen))
        }
        let missing = needs.seen.subtracting(position.executed)
        // What was done at a former host alone, unless it is on record that rows came of it.
        let harmless = position.foreign(in: needs.seen).subtracting(
            carried.subtracting(needs.quiet).union(needs.changing)
        )
        let rest = missing.subtracting(harmless)
        if rest.isEmpty { return .fit(absent: harmless) }
        guard hasWaited else { return .waiting(for: rest) }
        let own = rest.committed(at: [position.serverUUID])
        // It will give these numbers to other transactions, which would then pass for known.
        if !own.isEmpty { return .refused(refusal(.lostItsOwn, own)) }
        let harmful = rest.subtracting(needs.quiet)
        return harmful.isEmpty ? .fit(absent: missing) : .refused(refusal(.lacks, harmful))
    }

    private func refusal(_ reason: HostRefusal.Reason, _ transactions: GTIDSet) -> HostRefusal {
        HostRefusal(
            reason: reason,
            address: address,
            transactions: transactions,
            // A replica may still be given what it lacks.
            isLasting: reason == .purged || reason == .lostItsOwn || position.replica == nil
        )
    }
}
