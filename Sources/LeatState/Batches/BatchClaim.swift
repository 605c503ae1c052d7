/// Claims one number for one batch. Answers in, next step out: no clock, no server.
///
/// The batch's definition is inserted with the ballot of its process, then read back together with the epochs that were
/// claimed (rows with the number 0, of the same snapshot). It has won if no row has a higher ballot.
///
/// **Who owns a number** is decided by order alone: the row of the highest ballot, less those that are void. The order
/// in which rows arrive does not matter, nor does their time: a row that ClickHouse commits late would carry an early
/// time. The winner does not change by rows that arrive later:
/// - A row of a lower ballot does not count.
/// - A process with a higher ballot has recorded its epoch before it read what was claimed. Either the winner's
///   read-back
///   came after that: then it has seen the higher epoch, and has not won. Or it came before: then the winner's row was
///   there when the other one read, which therefore claims only higher numbers.
/// - A repeat of the same claimant is the same row. A number whose claim ended without an answer is never used again
///   for
///   another batch by the same ballot (``mayBeRecorded``).
///
/// **Void** is the row of a fenced process that arrived after its successor had read what was claimed: it never won,
/// and nobody may take it for a claim later. The successor records the last number that it has read (``StartRecord``).
///
/// Hence there is no deduplication token: ClickHouse may log a token and then be killed before it commits the part, and
/// would drop each repeat of the claim.
struct BatchClaim: Sendable, Hashable {
    /// What is read back.
    struct Row: Sendable, Hashable {
        /// 0 for one that claims an epoch.
        var number: UInt64
        var ballot: Ballot
        var content: Content
    }

    /// What of a definition must be the same in a repeat.
    struct Content: Sendable, Hashable {
        var kind = ""
        var position = ""
        var table = ""
        var detail = ""
    }

    enum Answer: Sendable, Hashable {
        case inserted
        /// The row may be there, now or later.
        case uncertain
        /// The row was certainly not taken, and a repeat would not be either.
        case refused
        case waited
        /// Reading failed for now.
        case unreadable
        /// The rows of this number, and those of epochs from the claimant's on.
        case rows([Row])
    }

    enum Step: Sendable, Hashable {
        case insert
        case readBack
        /// Before reading back, the n-th time.
        case wait(Int)
        case won
        case lost(to: Ballot)
        /// The number holds another definition of this very process, or its epoch is no longer on record.
        case conflict
        /// The insert was refused.
        case failed
    }

    let number: UInt64
    let ballot: Ballot
    let content: Content
    /// Whether the row is there, or may still arrive.
    private(set) var mayBeRecorded = false
    private var waits = 0
    private var hasWaited = false

    init(_ number: UInt64, _ content: Content, by ballot: Ballot) {
        self.number = number
        self.content = content
        self.ballot = ballot
    }

    static let first = Step.insert

    mutating func next(after answer: Answer) -> Step {
        switch answer {
        case .inserted:
            mayBeRecorded = true
            hasWaited = false
            return .readBack
        case .uncertain:
            mayBeRecorded = true
            return wait()
        case .refused: return .failed
        case .waited:
            hasWaited = true
            return .readBack
        case .unreadable: return wait()
        case .rows(let rows): return decide(rows)
        }
    }

    private mutating func wait() -> Step {
        waits += 1
        return .wait(waits)
    }

    private mutating func decide(_ rows: [Row]) -> Step {
        if let highest = rows.map(\.ballot).max(), highest > ballot { return .lost(to: highest) }
        // Someone has emptied the table.
        guard rows.contains(where: { $0.number == 0 && $0.ballot == ballot }) else { return .conflict }
        let mine = rows.filter { $0.number == number && $0.ballot == ballot }
        guard !mine.isEmpty else { return hasWaited ? .insert : wait() }
        return mine.allSatisfy { $0.content == content } ? .won : .conflict
    }
}
