/// What a process that leads has found: rows of lower ballots with higher numbers came too late and are void
/// (``BatchClaim``).
struct StartRecord: Sendable, Hashable {
    var ballot: Ballot
    /// The last number that was claimed.
    var last: UInt64

    /// Whether this makes a claim void.
    func voids(_ number: UInt64, by claimant: Ballot) -> Bool { ballot > claimant && number > last }
}
