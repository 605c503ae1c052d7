/// One process's turn at leading a pipeline. Later turns are higher; no two are equal, since owners differ.
public struct Ballot: Sendable, Hashable, Comparable {
    /// Counts the turns of a pipeline, from 1; no two processes lead under the same one (``LeadershipClaim``).
    public var epoch: UInt64
    /// A name that no other process has.
    public var owner: String

    public init(epoch: UInt64, owner: String) {
        self.epoch = epoch
        self.owner = owner
    }

    public static func < (one: Ballot, other: Ballot) -> Bool { (one.epoch, one.owner) < (other.epoch, other.owner) }
}
