import MySQLProtocol
import PipelineCore

/// Why a host is not followed.
struct HostRefusal: Error, Equatable {
    enum Reason: Equatable {
        /// Its binlogs no longer hold what is needed.
        case purged
        /// It has no transaction in common with what was followed so far.
        case unrelated
        /// Transactions that were committed there, and that it does not have any more.
        case lostItsOwn
        /// Transactions that changed followed tables, and that it will never have.
        case lacks
    }

    var reason: Reason
    var address: String
    var transactions: GTIDSet
    /// Whether nothing but an operator can change it.
    var isLasting: Bool

    var message: String {
        let list = GTIDListing(transactions)
        switch reason {
        case .purged:
            return "\(address) has purged binlogs that are still needed (missing \(list))"
        case .unrelated:
            return "\(address) has none of the transactions of the server that was followed so far (\(list))"
        case .lostItsOwn:
            return "\(address) has lost transactions of its own that are in ClickHouse already (\(list)): "
                + "it was restored from a backup, or crashed without sync_binlog = 1"
        case .lacks:
            return "\(address) lacks transactions that changed followed tables and are in ClickHouse already (\(list))"
                + (isLasting ? ": they were lost in a failover" : ", and its replication does not bring them")
        }
    }

    var remedy: String {
        switch reason {
        case .purged:
            "leat run --copy-again   (every table is copied again in place; raise binlog_expire_logs_seconds there)"
        case .unrelated:
            "name only servers with the same data in hosts:, or leat run --copy-again if this one takes its place"
        case .lostItsOwn:
            "leat run --copy-again   (every table is copied again in place)"
        case .lacks:
            isLasting
                ? "leat run --copy-again   or point hosts: at a server that has them"
                : "let its replication catch up (SHOW REPLICA STATUS); if they were lost: leat run --copy-again"
        }
    }
}

extension HostRefusal: CustomStringConvertible {
    var description: String { message }
}

extension HostRefusal: ExplainedError {
    var explanation: Explanation { Explanation(cause: message, remedy: remedy) }
}
