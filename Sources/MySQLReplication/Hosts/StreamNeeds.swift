import MySQLProtocol

/// What a host must have so that the stream can continue there.
package struct StreamNeeds: Sendable {
    /// What need not be sent again: everything else must still be in the host's binlogs. Nil for a stream that begins
    /// with whatever the host commits from now on.
    var received: GTIDSet?
    /// Everything of which something is in the warehouse, or will be under a number that is claimed already.
    var seen: GTIDSet
    /// Transactions among them that are known to have changed no table that is to be followed.
    var quiet = GTIDSet()
    /// Transactions among them that this process has received and that are not quiet.
    var changing = GTIDSet()
}
