/// One process's turn at leading a pipeline. Later turns are higher; no two are equal, since owners differ.
package struct Ballot: Sendable, Hashable, Comparable {
    /// Counts the turns of a pipeline, from 1; no two processes lead under the same one (``LeadershipClaim``).
    package var epoch: UInt64
    /// A name that no other process has.
    package var owner: String

    package init(epoch: UInt64, owner: String) {
        self.epoch = epoch
        self.owner = owner
    }

    package static func < (one: Ballot, other: Ballot) -> Bool { (one.epoch, one.owner) < (other.epoch, other.owner) }
}
