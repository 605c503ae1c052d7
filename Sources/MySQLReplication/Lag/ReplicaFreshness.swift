import MySQLClient

/// How far a replica is behind its own source, also while it does not know itself because its replication has stopped.
///
/// Pure: times are seconds since 1970.
package struct ReplicaFreshness: Sendable {
    /// The replica has everything that its source had committed until then; nil for a host that is no replica.
    private var currentAt: Double?
    private var behind: Double = 0
    private var isRunning = true

    package init() {}

    /// - Parameter status: nil where the host is no replica.
    package mutating func observe(_ status: ReplicaStatus?, at now: Double) {
        guard let status else {
            self = ReplicaFreshness()
            return
        }
        if status.isRunning, let seconds = status.secondsBehind {
            isRunning = true
            behind = Double(seconds)
            currentAt = now - behind
        } else {
            isRunning = false
            // Since when it is so is not known to one who has just come.
            currentAt = currentAt ?? now
        }
    }

    /// Seconds behind; 0 for a host that is no replica. Rises from second to second once replication has stopped.
    package func lag(at now: Double) -> Double {
        guard let currentAt else { return 0 }
        return isRunning ? behind : max(0, now - currentAt)
    }
}
