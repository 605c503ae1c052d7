import MySQLClient

/// The source's load apart from the comparison: nothing that can wait may be asked of it now.
struct SourceLoad: Sendable, Hashable {
    /// Statements that run, ours among them.
    var threadsRunning: Int
    /// How far a replica is behind its source without meaning to be; 0 for a host that is none, or whose replication is
    /// stopped: that is not caused by load.
    var secondsBehind: Int

    init(threadsRunning: Int, secondsBehind: Int = 0) {
        self.threadsRunning = threadsRunning
        self.secondsBehind = secondsBehind
    }

    init(threadsRunning: Int, replica: ReplicaStatus?) {
        self.init(
            threadsRunning: threadsRunning,
            secondsBehind: max(0, (replica?.secondsBehind ?? 0) - (replica?.intendedDelay ?? 0))
        )
    }

    /// Why the comparison waits; nil where it need not.
    func reasonToWait(threadsRunningMax: Int, secondsBehindMax: Int) -> String? {
        if threadsRunning > threadsRunningMax { return "\(threadsRunning) statements run at the source" }
        if secondsBehind > secondsBehindMax { return "the host that is read is \(secondsBehind) s behind its source" }
        return nil
    }
}
