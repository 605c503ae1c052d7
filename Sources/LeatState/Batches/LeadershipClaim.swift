/// Claims the lead of a pipeline under an epoch that no other process has. Answers in, next step out: no clock, no
/// server.
///
/// The epoch is recorded as a row, then all such rows are read back. Two processes that choose the same epoch at the
/// same time cannot both read back only their own: who sees another's of the same epoch goes above it, each by another
/// step. The process that started last leads; the others learn it here or at their next claim (``BatchClaim``).
struct LeadershipClaim: Sendable, Hashable {
    enum Answer: Sendable, Hashable {
        case inserted
        /// The row may be there, now or later.
        case uncertain
        case waited
        /// Reading failed for now.
        case unreadable
        /// The epochs that were claimed so far, and the highest of all rows.
        case rows(Set<Ballot>, highest: UInt64)
    }

    enum Step: Sendable, Hashable {
        case read
        case insert(Ballot)
        /// Before asking again, the n-th time.
        case wait(Int)
        case leads(Ballot)
        /// A process that started later has a higher epoch.
        case lost(to: Ballot)
    }

    private let owner: String
    private var ballot: Ballot?
    private var waits = 0

    init(owner: String) { self.owner = owner }

    static let first = Step.read

    mutating func next(after answer: Answer) -> Step {
        switch answer {
        case .inserted, .waited: return .read
        case .uncertain, .unreadable:
            waits += 1
            return .wait(waits)
        case .rows(let claimed, let highest):
            guard let ballot else { return choose(above: highest) }
            // An insert that was lost; should it still arrive, it is the same row.
            guard claimed.contains(ballot) else { return .insert(ballot) }
            let rivals = claimed.filter { $0.owner != owner && $0.epoch >= ballot.epoch }
            guard let highestRival = rivals.max() else { return .leads(ballot) }
            // Going above that one, too, the two could overtake each other forever.
            if highestRival.epoch > ballot.epoch { return .lost(to: highestRival) }
            // Those that meet at one epoch part here, instead of meeting at the next one, too.
            let rank = rivals.count { $0.owner > owner }
            return choose(above: highest + UInt64(rank))
        }
    }

    private mutating func choose(above epoch: UInt64) -> Step {
        let chosen = Ballot(epoch: epoch + 1, owner: owner)
        ballot = chosen
        return .insert(chosen)
    }
}
